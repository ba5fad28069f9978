#include "cases/data.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "backends/refusal_for_test.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

constexpr std::uint64_t seed = 5;

Given given_for(const char* text, std::uint64_t with_seed = seed, Layout layout = Layout::time_major) {
  return make_given(parse_problem(text), with_seed, layout);
}

std::vector<float> values_of(const Buffer<float>& buffer) {
  return {buffer.begin(), buffer.end()};
}

/// Whether two sequences agree on the elements that both have.
bool agree(const SequenceView<const float>& a, const SequenceView<const float>& b) {
  for (std::int64_t i = 0; i < std::min(a.dims[0], b.dims[0]); ++i)
    for (std::int64_t t = 0; t < std::min(a.dims[1], b.dims[1]); ++t)
      for (std::int64_t f = 0; f < std::min(a.dims[2], b.dims[2]); ++f)
        if (a(i, t, f) != b(i, t, f)) return false;
  return true;
}

TEST(Input, OfAShorterRunIsAPrefixOfALonger) {
  const Given whole = given_for("lstm/B:5/T:9/F:4/U:3");
  for (const char* shorter : {"lstm/B:2/T:9/F:4/U:3", "lstm/B:5/T:4/F:4/U:3", "lstm/B:3/T:1/F:4/U:3"})
    EXPECT_TRUE(agree(given_for(shorter).input_view(), whole.input_view())) << shorter;
}

TEST(Input, IsTheSameInBothLayouts) {
  const Given time_major = given_for("lstm/B:5/T:9/F:4"),
              batch_major = given_for("lstm/B:5/T:9/F:4", seed, Layout::batch_major);
  EXPECT_TRUE(agree(time_major.input_view(), batch_major.input_view()));
  EXPECT_NE(values_of(time_major.input), values_of(batch_major.input));
}

TEST(Input, DependsOnTheSeedAndOnNothingElseOfTheProblem) {
  const Given one = given_for("lstm/B:5/T:9/F:4/U:3");
  for (const char* other :
       {"gru/B:5/T:9/F:4/U:3/threads:2", "dense/B:5/T:9/F:4/U:7/style:time_distributed",
        "activation/B:5/T:9/F:4", "lstm/B:5/T:9/F:4/U:3/mask:holes/state:1/final:1/back:1"})
    EXPECT_EQ(values_of(given_for(other).input), values_of(one.input)) << other;
  EXPECT_FALSE(agree(given_for("lstm/B:5/T:9/F:4/U:3", seed + 1).input_view(), one.input_view()));
}

TEST(Input, HasNoTwoRowsAlike) {
  const Given given = given_for("lstm/B:16/T:64/F:4");
  std::set<std::vector<float>> rows;
  const auto view = given.input_view();
  for (std::int64_t b = 0; b < 16; ++b)
    for (std::int64_t t = 0; t < 64; ++t) rows.insert({view.row(b, t), view.row(b, t) + 4});
  EXPECT_EQ(rows.size(), 16U * 64U);
}

/// Range, mean and variance are those of a uniform distribution on [-scale, scale), to within what `n`
/// numbers can tell: six standard deviations of either estimate.
void expect_uniform(const float* values, std::int64_t n, double scale) {
  double sum = 0, squares = 0, largest = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double value = static_cast<double>(values[i]) / scale;
    sum += value;
    squares += value * value;
    largest = std::max(largest, std::abs(value));
  }
  const auto count = static_cast<double>(n);
  constexpr double sigmas = 6, variance = 1.0 / 3, variance_of_squares = 1.0 / 5 - 1.0 / 9;
  constexpr double rounding = 8 * std::numeric_limits<float>::epsilon();  // of a scale and a product
  EXPECT_NEAR(sum / count, 0, sigmas * std::sqrt(variance / count));
  EXPECT_NEAR(squares / count, variance, sigmas * std::sqrt(variance_of_squares / count) + rounding);
  EXPECT_LE(largest, 1 + rounding);
  // All n numbers within 1 - x have the chance (1 - x)^n.
  EXPECT_GE(largest, 1 - sigmas * sigmas / count);
}

TEST(Input, IsUniformWithVarianceOne) {
  const Given given = given_for("lstm/B:8/T:256/F:64");
  expect_uniform(given.input.data(), given.input.size(), std::sqrt(3.0));
}

TEST(RandomNumbers, AreUniformBetweenMinusOneAndOne) {
  constexpr std::int64_t n = 1 << 16;
  std::vector<float> values;
  for (std::int64_t i = 0; i < n; ++i) values.push_back(Random(seed, "x").uniform(i));
  expect_uniform(values.data(), n, 1);
  EXPECT_LT(*std::max_element(values.begin(), values.end()), 1);
}

TEST(RandomNumbers, AreMultiplesOfTheRoundoff) {
  for (std::int64_t i = 0; i < 1000; ++i) {
    const float scaled = std::ldexp(Random(seed, "x").uniform(i), 23);
    EXPECT_EQ(scaled, std::nearbyint(scaled));
  }
}

TEST(RandomNumbers, DifferBySeedByTensorAndByStream) {
  const auto first = [](const Random& random) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < 4; ++i) values.push_back(random.uniform(i));
    return values;
  };
  std::set<std::vector<float>> all;
  for (std::uint64_t s = 0; s < 100; ++s)
    for (const char* tensor : {"input", "kernel", "bias"}) {
      all.insert(first(Random(s, tensor)));
      for (std::int64_t i = 0; i < 10; ++i) all.insert(first(Random(s, tensor).at(i)));
    }
  EXPECT_EQ(all.size(), 100U * 3 * 11);
}

TEST(RandomNumbers, TakeAnyIndexAndSeed) {
  for (const std::uint64_t s : {std::uint64_t{0}, ~std::uint64_t{0}})
    for (const std::int64_t i :
         {std::int64_t{0}, std::int64_t{1} << 48, std::numeric_limits<std::int64_t>::max()})
      EXPECT_THAT(Random(s, "").at(i).uniform(i), AllOf(::testing::Ge(-1.0F), ::testing::Lt(1.0F)));
}

TEST(WeightsMade, AreOfTheSizesThatTheLayerTakes) {
  for (const char* text :
       {"simple_rnn/F:3/U:5", "lstm/F:3/U:5", "gru/F:3/U:5", "gru/F:3/U:5/reset_after:0",
        "lstm/F:3/U:5/bias:0", "dense/F:3/U:5", "dense/F:3/U:5/bias:0", "activation/F:3"}) {
    const Problem problem = parse_problem(text);
    EXPECT_NO_THROW(check_weights(problem, given_for(text).weights)) << text;
  }
}

TEST(WeightsMade, AreAFunctionOfTheSeedAndTheLayer) {
  const LayerSpec layer = parse_problem("lstm/F:3/U:5").layer;
  const Weights weights = make_weights(layer, 3, seed), again = make_weights(layer, 3, seed),
                other = make_weights(layer, 3, seed + 1);
  EXPECT_EQ(weights.kernel, again.kernel);
  EXPECT_EQ(weights.kernel, given_for("lstm/B:7/T:9/F:3/U:5/threads:2").weights.kernel);
  EXPECT_NE(weights.kernel, other.kernel);
  EXPECT_NE(weights.recurrent_kernel, other.recurrent_kernel);
  EXPECT_NE(weights.bias, other.bias);
}

TEST(WeightsMade, AreGlorotUniformInTheKernel) {
  const Weights weights = make_weights(parse_problem("lstm/F:64/U:64").layer, 64, seed);
  expect_uniform(weights.kernel.data(), 64 * 256, std::sqrt(6.0 / (64 + 256)));
}

TEST(WeightsMade, HaveARecurrentKernelThatContracts) {
  const Weights weights = make_weights(parse_problem("lstm/F:1/U:64").layer, 1, seed);
  // Entries of variance s^2 / units make a spectral radius of about s.
  expect_uniform(weights.recurrent_kernel.data(), 64 * 256, 0.8 * std::sqrt(3.0 / 64));
}

TEST(WeightsMade, HaveABiasThatIsNotZeroAndAForgetGateThatIsOpen) {
  constexpr std::int64_t units = 1000;
  const Weights weights = make_weights(parse_problem("lstm/F:1/U:1000").layer, 1, seed);
  std::vector<float> bias = weights.bias;
  for (std::int64_t j = units; j < 2 * units; ++j) bias[static_cast<std::size_t>(j)] -= 1;
  expect_uniform(bias.data(), 4 * units, 0.3);
}

TEST(WeightsMade, HaveNoForgetGateWhereTheCellHasNone) {
  for (const char* text : {"gru/F:1/U:1000", "simple_rnn/F:1/U:1000", "dense/F:1/U:1000"}) {
    const Weights weights = make_weights(parse_problem(text).layer, 1, seed);
    expect_uniform(weights.bias.data(), static_cast<std::int64_t>(weights.bias.size()), 0.3);
  }
}

TEST(States, AreGivenWhereTheProblemSaysSo) {
  const Given lstm = given_for("lstm/B:100/U:50/state:1"), gru = given_for("gru/B:100/U:50/state:1"),
              none = given_for("lstm/B:100/U:50");
  expect_uniform(lstm.initial_h.data(), lstm.initial_h.size(), 0.5);
  expect_uniform(lstm.initial_c.data(), lstm.initial_c.size(), 0.5);
  EXPECT_EQ(lstm.initial_h.size(), 5000);
  EXPECT_NE(values_of(lstm.initial_h), values_of(lstm.initial_c));
  EXPECT_EQ(gru.initial_h.size(), 5000);
  EXPECT_EQ(gru.initial_c.size(), 0);
  EXPECT_EQ(none.initial_h.size(), 0);
}

TEST(States, OfASmallerBatchAreAPrefix) {
  const auto small = values_of(given_for("gru/B:3/U:4/state:1").initial_h),
             large = values_of(given_for("gru/B:9/U:4/state:1").initial_h);
  EXPECT_TRUE(std::equal(small.begin(), small.end(), large.begin()));
}

using Mask = std::vector<std::uint8_t>;
constexpr std::int64_t mask_batch = 40, mask_steps = 30;

Mask row_of(const Mask& mask, std::int64_t b) {
  return {mask.begin() + b * mask_steps, mask.begin() + (b + 1) * mask_steps};
}

TEST(MaskMade, OfNoPatternIsEmpty) {
  EXPECT_TRUE(make_mask(MaskPattern::none, mask_batch, mask_steps, seed).empty());
  EXPECT_TRUE(given_for("lstm/B:3/T:4").mask.empty());
}

TEST(MaskMade, RightAndLeftArePaddedThereByDifferentAmountsAndNeverWhole) {
  const Mask right = make_mask(MaskPattern::right, mask_batch, mask_steps, seed),
             left = make_mask(MaskPattern::left, mask_batch, mask_steps, seed);
  std::set<std::int64_t> lengths;
  for (std::int64_t b = 0; b < mask_batch; ++b) {
    const Mask row = row_of(right, b), mirrored = row_of(left, b);
    EXPECT_TRUE(std::is_sorted(row.rbegin(), row.rend()));
    EXPECT_TRUE(std::is_sorted(mirrored.begin(), mirrored.end()));
    const auto length = std::count(row.begin(), row.end(), 1);
    EXPECT_GE(length, 1);
    EXPECT_GE(std::count(mirrored.begin(), mirrored.end(), 1), 1);
    lengths.insert(length);
  }
  EXPECT_GT(lengths.size(), 10U);
  EXPECT_THAT(row_of(right, 0), Each(1));  // one of them is not padded
  EXPECT_THAT(row_of(left, 0), Each(1));
}

TEST(MaskMade, HolesAreScatteredOverEveryPartOfTheSequence) {
  const Mask mask = make_mask(MaskPattern::holes, mask_batch, mask_steps, seed);
  for (std::int64_t t = 0; t < mask_steps; ++t) {
    std::int64_t counting = 0;
    for (std::int64_t b = 0; b < mask_batch; ++b)
      counting += mask[static_cast<std::size_t>(b * mask_steps + t)];
    EXPECT_GT(counting, 0) << t;
    EXPECT_LT(counting, mask_batch) << t;
  }
  // 0.7 of them count.
  const auto n = static_cast<double>(mask.size());
  EXPECT_NEAR(static_cast<double>(std::count(mask.begin(), mask.end(), 1)), 0.7 * n,
              6 * std::sqrt(0.7 * 0.3 * n));
}

TEST(MaskMade, FullHasOneRowWithoutAnyStepAndHolesInTheOthers) {
  const Mask mask = make_mask(MaskPattern::full, mask_batch, mask_steps, seed);
  EXPECT_THAT(row_of(mask, 0), Each(0));
  for (std::int64_t b = 1; b < mask_batch; ++b)
    EXPECT_GT(std::count(mask.begin() + b * mask_steps, mask.begin() + (b + 1) * mask_steps, 1), 0);
}

TEST(MaskMade, DependsOnTheSeed) {
  for (const MaskPattern pattern :
       {MaskPattern::right, MaskPattern::left, MaskPattern::holes, MaskPattern::full}) {
    EXPECT_EQ(make_mask(pattern, mask_batch, mask_steps, seed),
              make_mask(pattern, mask_batch, mask_steps, seed));
    EXPECT_NE(make_mask(pattern, mask_batch, mask_steps, seed),
              make_mask(pattern, mask_batch, mask_steps, seed + 1));
  }
}

TEST(MakeGiven, RefusesWhatDoesNotFitTheMemoryBeforeItAllocates) {
  for (const char* text :
       {"lstm/B:16777216/T:16777216/F:16777216/U:16777216/seq:1", "lstm/F:16777216/U:16777216",
        "dense/B:16777216/T:1/F:1/U:1000000", "activation/B:16777216/T:16777216"})
    EXPECT_THAT(refusal_of([&] { given_for(text); }),
                AllOf(HasSubstr("this machine has"), HasSubstr("choose a smaller B, T, F or U")))
        << text;
}

TEST(MakeGiven, RefusesAProblemThatIsNone) {
  Problem problem;
  problem.shape.batch = 0;
  EXPECT_THROW(make_given(problem, seed), std::invalid_argument);
}

TEST(AskedFor, HasTheDimsOfTheOutput) {
  using Dims = std::array<std::int64_t, 3>;
  EXPECT_EQ(Asked<float>(parse_problem("lstm/B:2/T:3/F:4/U:5/seq:1"), Layout::time_major).dims,
            (Dims{2, 3, 5}));
  EXPECT_EQ(Asked<float>(parse_problem("lstm/B:2/T:3/F:4/U:5"), Layout::time_major).dims, (Dims{2, 1, 5}));
  EXPECT_EQ(Asked<float>(parse_problem("dense/B:2/T:3/F:4/U:5"), Layout::time_major).dims, (Dims{2, 3, 5}));
  EXPECT_EQ(Asked<double>(parse_problem("activation/B:2/T:3/F:4"), Layout::time_major).dims, (Dims{2, 3, 4}));
}

TEST(MakeIo, ShowsWhatTheProblemHasAndNothingElse) {
  struct Expected {
    const char* problem;
    bool initial_h, initial_c, mask, final_h, final_c;
  };
  for (const Expected& expected : {Expected{"lstm/B:2/T:3", false, false, false, false, false},
                                   Expected{"lstm/B:2/T:3/state:1", true, true, false, false, false},
                                   Expected{"lstm/B:2/T:3/final:1", false, false, false, true, true},
                                   Expected{"gru/B:2/T:3/state:1/final:1", true, false, false, true, false},
                                   Expected{"simple_rnn/B:2/T:3/mask:left", false, false, true, false, false},
                                   Expected{"dense/B:2/T:3", false, false, false, false, false}}) {
    SCOPED_TRACE(expected.problem);
    const Problem problem = parse_problem(expected.problem);
    const Given given = make_given(problem, seed);
    const Asked<float> asked(problem, Layout::batch_major);
    const Io io = make_io(problem, given, asked);
    EXPECT_TRUE(io.input);
    EXPECT_TRUE(io.output);
    EXPECT_EQ(bool(io.initial_h), expected.initial_h);
    EXPECT_EQ(bool(io.initial_c), expected.initial_c);
    EXPECT_EQ(bool(io.mask), expected.mask);
    EXPECT_EQ(bool(io.final_h), expected.final_h);
    EXPECT_EQ(bool(io.final_c), expected.final_c);
  }
}

}  // namespace
}  // namespace lockstep
