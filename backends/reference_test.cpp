#include "backends/reference.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include <gmock/gmock.h>

#include "backends/problem_text.h"

namespace lockstep::reference {
namespace {

using ::testing::Each;
using Values = std::vector<double>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Both close to within some roundings of values around 1.
void expect_near(const Values& computed, const Values& expected) {
  constexpr double roundings = 16;
  ASSERT_EQ(computed.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(computed[i], expected[i], roundings * epsilon * std::max(1.0, std::abs(expected[i]))) << i;
}

/// One layer in double, with all it may be given; sequences are batch-major.
struct LayerRun {
  explicit LayerRun(const char* text) : problem(parse_problem(text)) {
    const WeightShapes shapes = weight_shapes(problem.layer, problem.shape.features);
    const auto sized = [](const WeightShapes::Matrix& shape) {
      return Values(static_cast<std::size_t>(shape[0] * shape[1]));
    };
    weights = {sized(shapes.kernel), sized(shapes.recurrent_kernel), sized(shapes.bias)};
    const auto [batch, time_steps, features] = problem.shape;
    units = output_features(problem.layer, features);
    input.resize(static_cast<std::size_t>(batch * time_steps * features));
  }
  /// Numbers that differ from each other.
  LayerRun& scatter(unsigned seed = 3) {
    std::minstd_rand random(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    for (Values* values : {&weights.kernel, &weights.recurrent_kernel, &weights.bias, &input})
      for (double& value : *values) value = uniform(random);
    return *this;
  }
  LayerRun& start(Values h, Values c = {}) {
    initial_h = std::move(h);
    initial_c = std::move(c);
    return *this;
  }
  const Values& operator()() {
    const auto [batch, time_steps, features] = problem.shape;
    const std::int64_t steps = output_time_steps(problem);
    const auto state = [&, b = batch](Values& values) {
      return state_view(values.empty() ? nullptr : values.data(), b, units);
    };
    output.assign(static_cast<std::size_t>(batch * steps * units), nan);
    final_h.assign(as_recurrent(problem) != nullptr ? static_cast<std::size_t>(batch * units) : 0, nan);
    final_c = final_h;
    BasicIo<double> io;
    io.input = sequence_view<const double>(input.data(), {batch, time_steps, features}, Layout::batch_major);
    io.output = sequence_view(output.data(), {batch, steps, units}, Layout::batch_major);
    io.initial_h = state(initial_h);
    io.initial_c = state(initial_c);
    io.final_h = state(final_h);
    io.final_c = state(final_c);
    if (!mask.empty()) io.mask = mask_view(mask.data(), batch, time_steps);
    LayerRows<double>(problem, weights).run(io, 0, batch);
    return output;
  }
  Problem problem;
  std::int64_t units = 0;
  BasicWeights<double> weights;
  Values input, initial_h, initial_c, output, final_h, final_c;
  std::vector<std::uint8_t> mask;
};

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

TEST(Activate, HasTheValuesOfItsDefinition) {
  for (const double x : {-7.0, -3.0, -0.5, 0.0, 0.5, 3.0, 7.0}) {
    EXPECT_EQ(activate(Activation::linear, x), x);
    EXPECT_EQ(activate(Activation::relu, x), std::max(x, 0.0));
    EXPECT_DOUBLE_EQ(activate(Activation::tanh, x), 1 - 2 / (std::exp(2 * x) + 1)) << x;
    EXPECT_DOUBLE_EQ(activate(Activation::sigmoid, x), std::exp(x) / (1 + std::exp(x))) << x;
    EXPECT_DOUBLE_EQ(activate(Activation::softsign, x), x / (1 + std::abs(x)));
  }
}

// Of Keras 3; Keras 2 had x / 5 + 1 / 2.
TEST(Activate, HardSigmoidRisesBySixthsBetweenMinusThreeAndThree) {
  EXPECT_EQ(activate(Activation::hard_sigmoid, -3.0), 0);
  EXPECT_EQ(activate(Activation::hard_sigmoid, -100.0), 0);
  EXPECT_EQ(activate(Activation::hard_sigmoid, 0.0), 0.5);
  EXPECT_EQ(activate(Activation::hard_sigmoid, 1.5), 0.75);
  EXPECT_EQ(activate(Activation::hard_sigmoid, 3.0), 1);
  EXPECT_EQ(activate(Activation::hard_sigmoid, 100.0), 1);
}

TEST(Activate, LeavesNanNan) {
  for (const Activation activation : {Activation::linear, Activation::tanh, Activation::sigmoid,
                                      Activation::hard_sigmoid, Activation::relu, Activation::softsign})
    EXPECT_TRUE(std::isnan(activate(activation, nan))) << to_string(activation);
}

TEST(Softmax, SumsToOneAndKeepsTheRatios) {
  Values row{-2, 0.5, 3, 0.5};
  activate_row(Activation::softmax, row.data(), 4);
  EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 1, 4 * epsilon);
  EXPECT_DOUBLE_EQ(row[2] / row[1], std::exp(2.5));
  EXPECT_EQ(row[1], row[3]);
}

TEST(Softmax, OfEqualValuesIsEven) {
  Values row(8, 5);
  activate_row(Activation::softmax, row.data(), 8);
  EXPECT_THAT(row, Each(0.125));
}

TEST(Softmax, DoesNotOverflow) {
  Values row{1000, 999, -1000};
  activate_row(Activation::softmax, row.data(), 3);
  expect_near(row, {1 / (1 + std::exp(-1.0)), 1 / (1 + std::exp(1.0)), 0});
}

TEST(Softmax, OfARowWithNanIsNanWhereverItStands) {
  for (std::size_t where = 0; where < 3; ++where) {
    Values row{1, 2, 3};
    row[where] = nan;
    activate_row(Activation::softmax, row.data(), 3);
    for (const double value : row) EXPECT_TRUE(std::isnan(value)) << where;
  }
}

TEST(Dense, IsTheProductPlusTheBias) {
  LayerRun run("dense/B:1/T:2/F:3/U:2");
  run.weights = {{1, 2, 3, 4, 5, 6}, {}, {10, 20}};
  run.input = {1, 0, -1, 2, 1, 0};
  EXPECT_EQ(run(), (Values{1 - 5 + 10, 2 - 6 + 20, 2 + 3 + 10, 4 + 4 + 20}));
}

TEST(Dense, IsTheSameInBothStyles) {
  LayerRun flattened("dense/B:2/T:3/F:4/U:5/act:tanh"),
      time_distributed("dense/B:2/T:3/F:4/U:5/act:tanh/style:time_distributed");
  EXPECT_EQ(flattened.scatter()(), time_distributed.scatter()());
}

TEST(Dense, TakesSoftmaxOverItsUnitsInEveryRow) {
  LayerRun run("dense/B:2/T:3/F:4/U:5/act:softmax");
  const Values output = run.scatter()();
  for (auto row = output.begin(); row != output.end(); row += 5)
    EXPECT_NEAR(std::accumulate(row, row + 5, 0.0), 1, 5 * epsilon);
}

TEST(ActivationLayer, WorksElementByElement) {
  LayerRun run("activation/B:1/T:2/F:2/act:relu");
  run.input = {-1, 2, 3, -4};
  EXPECT_EQ(run(), (Values{0, 2, 3, 0}));
}

// With h from the step before: tanh(x w + h u + b).
TEST(SimpleRnn, OfOneUnitIsItsFormula) {
  LayerRun run("simple_rnn/T:3/seq:1/state:1");
  run.weights = {{0.5}, {-0.75}, {0.125}};
  run.input = {1, -2, 0.5};
  run.start({0.25});
  const double h1 = std::tanh(0.5 - 0.75 * 0.25 + 0.125);
  const double h2 = std::tanh(-1 - 0.75 * h1 + 0.125);
  const double h3 = std::tanh(0.25 - 0.75 * h2 + 0.125);
  expect_near(run(), {h1, h2, h3});
  expect_near(run.final_h, {h3});
}

// Gates i f c o, each of its own numbers.
TEST(Lstm, OfOneUnitIsItsFormula) {
  LayerRun run("lstm/T:2/seq:1/state:1");
  run.weights = {{0.5, -0.25, 0.75, 1}, {-0.5, 0.375, 0.25, -1}, {0.125, 1, -0.25, 0.5}};
  run.input = {2, -1};
  run.start({0.5}, {-0.75});
  double h = 0.5, c = -0.75;
  Values outputs;
  for (const double x : run.input) {
    const double i = sigmoid(0.5 * x - 0.5 * h + 0.125), f = sigmoid(-0.25 * x + 0.375 * h + 1);
    const double candidate = std::tanh(0.75 * x + 0.25 * h - 0.25), o = sigmoid(x - h + 0.5);
    c = f * c + i * candidate;
    h = o * std::tanh(c);
    outputs.push_back(h);
  }
  expect_near(run(), outputs);
  expect_near(run.final_h, {h});
  expect_near(run.final_c, {c});
}

// Gates z r h; the reset works on the product with its own bias.
TEST(GruResetAfter, OfOneUnitIsItsFormula) {
  LayerRun run("gru/T:2/seq:1/state:1");
  run.weights = {{0.5, -0.25, 0.75}, {-0.5, 0.375, 0.25}, {0.125, 1, -0.25, 0.5, -0.75, 0.625}};
  run.input = {2, -1};
  run.start({0.5});
  double h = 0.5;
  Values outputs;
  for (const double x : run.input) {
    const double z = sigmoid(0.5 * x + 0.125 - 0.5 * h + 0.5);
    const double r = sigmoid(-0.25 * x + 1 + 0.375 * h - 0.75);
    const double candidate = std::tanh(0.75 * x - 0.25 + r * (0.25 * h + 0.625));
    h = z * h + (1 - z) * candidate;
    outputs.push_back(h);
  }
  expect_near(run(), outputs);
}

// The reset works on the state before the product.
TEST(GruResetBefore, OfOneUnitIsItsFormula) {
  LayerRun run("gru/T:2/seq:1/state:1/reset_after:0");
  run.weights = {{0.5, -0.25, 0.75}, {-0.5, 0.375, 0.25}, {0.125, 1, -0.25}};
  run.input = {2, -1};
  run.start({0.5});
  double h = 0.5;
  Values outputs;
  for (const double x : run.input) {
    const double z = sigmoid(0.5 * x + 0.125 - 0.5 * h), r = sigmoid(-0.25 * x + 1 + 0.375 * h);
    const double candidate = std::tanh(0.75 * x - 0.25 + 0.25 * (r * h));
    h = z * h + (1 - z) * candidate;
    outputs.push_back(h);
  }
  expect_near(run(), outputs);
}

// With one unit both places of the reset agree where the second bias row is zero; with two they do not.
TEST(GruResetBefore, DiffersFromResetAfterWhereTheProductMixesUnits) {
  LayerRun after("gru/T:3/F:2/U:2/seq:1"), before("gru/T:3/F:2/U:2/seq:1/reset_after:0");
  after.scatter();
  before.scatter();
  std::fill(after.weights.bias.begin(), after.weights.bias.end(), 0);
  std::fill(before.weights.bias.begin(), before.weights.bias.end(), 0);
  before.input = after.input;
  EXPECT_NE(after(), before());
}

TEST(ZeroWeights, OfSimpleRnnGiveZero) {
  LayerRun run("simple_rnn/B:2/T:3/F:4/U:5/seq:1");
  run.input.assign(run.input.size(), 3);
  EXPECT_THAT(run(), Each(0.0));
}

// Every gate is 1 / 2 and the candidate 0: c halves at every step.
TEST(ZeroWeights, OfLstmHalveTheCellState) {
  LayerRun run("lstm/T:3/U:1/seq:1/state:1");
  run.start({0.25}, {1});
  expect_near(run(), {std::tanh(0.5) / 2, std::tanh(0.25) / 2, std::tanh(0.125) / 2});
  expect_near(run.final_c, {0.125});
}

TEST(ZeroWeights, OfGruHalveTheState) {
  for (const char* text : {"gru/T:3/U:1/seq:1/state:1", "gru/T:3/U:1/seq:1/state:1/reset_after:0"}) {
    LayerRun run(text);
    run.start({1});
    expect_near(run(), {0.5, 0.25, 0.125});
  }
}

TEST(SaturatedGates, OfLstmCountTheSteps) {
  LayerRun run("lstm/T:4/seq:1/rec_act:hard_sigmoid/act:linear");
  run.weights.bias = {3, 3, 1, 3};  // all gates open, the candidate 1
  EXPECT_EQ(run(), (Values{1, 2, 3, 4}));
}

TEST(SaturatedGates, OfGruKeepTheState) {
  LayerRun run("gru/T:3/seq:1/state:1/rec_act:hard_sigmoid/reset_after:0");
  run.weights.bias = {3, 0, 1};
  EXPECT_EQ(run.start({0.75})(), (Values{0.75, 0.75, 0.75}));
}

class EveryCell : public ::testing::TestWithParam<const char*> {
 protected:
  static std::string text(const char* fields) { return std::string(GetParam()) + fields; }
};
INSTANTIATE_TEST_SUITE_P(Cells, EveryCell,
                         ::testing::Values("simple_rnn", "lstm", "gru", "gru/reset_after:0"),
                         [](const auto& test) {
                           const std::string_view name = test.param;
                           return std::string(name.substr(0, name.find('/'))) +
                                  (name.find('/') == std::string_view::npos ? "" : "_reset_before");
                         });

TEST_P(EveryCell, ReturnsTheLastStepOfItsSequence) {
  LayerRun sequence(text("/B:2/T:4/F:3/U:5/seq:1").c_str()), last(text("/B:2/T:4/F:3/U:5").c_str());
  const Values all = sequence.scatter()(), one = last.scatter()();
  EXPECT_EQ(one, last.final_h);
  EXPECT_EQ(Values(one.begin(), one.begin() + 5), Values(all.begin() + 15, all.begin() + 20));
  EXPECT_EQ(Values(one.begin() + 5, one.end()), Values(all.begin() + 35, all.end()));
}

TEST_P(EveryCell, GoesOnFromItsFinalState) {
  LayerRun whole(text("/T:5/F:3/U:4/seq:1").c_str()), first(text("/T:2/F:3/U:4/seq:1").c_str()),
      rest(text("/T:3/F:3/U:4/seq:1/state:1").c_str());
  const Values all = whole.scatter()();
  first.weights = rest.weights = whole.weights;
  std::copy_n(whole.input.begin(), 6, first.input.begin());
  std::copy_n(whole.input.begin() + 6, 9, rest.input.begin());
  Values joined = first();
  rest.start(first.final_h, first.final_c)();
  joined.insert(joined.end(), rest.output.begin(), rest.output.end());
  EXPECT_EQ(joined, all);
}

TEST_P(EveryCell, GoingBackwardsIsTheReversedInput) {
  LayerRun backwards(text("/T:4/F:3/U:5/seq:1/back:1").c_str()), forwards(text("/T:4/F:3/U:5/seq:1").c_str());
  backwards.scatter();
  forwards.scatter();
  for (std::size_t t = 0; t < 4; ++t)
    std::copy_n(backwards.input.begin() + static_cast<std::ptrdiff_t>(3 * t), 3,
                forwards.input.begin() + static_cast<std::ptrdiff_t>(3 * (3 - t)));
  EXPECT_EQ(backwards(), forwards());  // in the order of processing, both
}

TEST_P(EveryCell, WithoutBiasIsThatWithABiasOfZero) {
  LayerRun without(text("/T:4/F:3/U:5/seq:1/bias:0").c_str()), with(text("/T:4/F:3/U:5/seq:1").c_str());
  with.scatter();
  std::fill(with.weights.bias.begin(), with.weights.bias.end(), 0);
  without.weights = with.weights;
  without.weights.bias.clear();
  without.input = with.input;
  EXPECT_EQ(without(), with());
}

TEST_P(EveryCell, PassesNanOnToAllLaterStepsAndToNoOtherSample) {
  LayerRun run(text("/B:2/T:4/F:3/U:5/seq:1").c_str());
  const Values healthy = run.scatter()();
  run.input[3] = nan;  // sample 0, step 1
  const Values output = run();
  for (std::size_t i = 0; i < output.size(); ++i) {
    if (i >= 5 && i < 20)
      EXPECT_TRUE(std::isnan(output[i])) << i;
    else
      EXPECT_EQ(output[i], healthy[i]) << i;
  }
}

TEST_P(EveryCell, MaskedAtTheEndRepeatsTheLastStepThatCounts) {
  LayerRun run(text("/T:4/F:3/U:2/seq:1").c_str());
  const Values plain = run.scatter()();
  run.mask = {1, 1, 0, 0};
  const Values output = run();
  EXPECT_EQ(output, (Values{plain[0], plain[1], plain[2], plain[3], plain[2], plain[3], plain[2], plain[3]}));
  EXPECT_EQ(run.final_h, (Values{plain[2], plain[3]}));
}

TEST_P(EveryCell, MaskedAtTheStartShowsZerosAndKeepsTheInitialState) {
  LayerRun run(text("/T:3/F:3/U:2/seq:1/state:1").c_str()), rest(text("/T:1/F:3/U:2/seq:1/state:1").c_str());
  run.scatter().start({0.5, -0.25}, {0.125, 0.75});
  run.mask = {0, 0, 1};
  rest.weights = run.weights;
  std::copy_n(run.input.begin() + 6, 3, rest.input.begin());
  rest.start(run.initial_h, run.initial_c)();
  EXPECT_EQ(run(), (Values{0, 0, 0, 0, rest.output[0], rest.output[1]}));
}

TEST_P(EveryCell, MaskedInBetweenIsAsIfTheStepWereNotThere) {
  LayerRun run(text("/T:4/F:3/U:2/seq:1").c_str()), shorter(text("/T:3/F:3/U:2/seq:1").c_str());
  run.scatter();
  run.mask = {1, 0, 1, 1};
  shorter.weights = run.weights;
  std::copy_n(run.input.begin(), 3, shorter.input.begin());
  std::copy_n(run.input.begin() + 6, 6, shorter.input.begin() + 3);
  const Values s = shorter();
  EXPECT_EQ(run(), (Values{s[0], s[1], s[0], s[1], s[2], s[3], s[4], s[5]}));
  EXPECT_EQ(run.final_h, shorter.final_h);
}

TEST_P(EveryCell, MaskedWithZeroOutputShowsZerosAndKeepsTheState) {
  LayerRun shown(text("/T:4/F:3/U:2/seq:1").c_str()), zeroed(text("/T:4/F:3/U:2/seq:1/zero_mask:1").c_str());
  shown.scatter().mask = {1, 0, 1, 0};
  zeroed.scatter().mask = shown.mask;
  const Values s = shown();
  EXPECT_EQ(zeroed(), (Values{s[0], s[1], 0, 0, s[4], s[5], 0, 0}));
  EXPECT_EQ(zeroed.final_h, shown.final_h);
}

// Keras 3 (backend/tensorflow/rnn.py) takes the last output, which is the zeros.
TEST_P(EveryCell, MaskedAtTheEndWithZeroOutputReturnsZerosAsItsLastStep) {
  LayerRun run(text("/T:3/F:3/U:2/zero_mask:1").c_str());
  run.scatter().mask = {1, 1, 0};
  EXPECT_THAT(run(), Each(0.0));
}

TEST_P(EveryCell, MaskedThroughoutKeepsTheInitialState) {
  LayerRun run(text("/T:3/F:3/U:2/seq:1/state:1").c_str());
  run.scatter().start({0.5, -0.25}, {0.125, 0.75});
  run.mask = {0, 0, 0};
  EXPECT_THAT(run(), Each(0.0));
  EXPECT_EQ(run.final_h, run.initial_h);
}

TEST_P(EveryCell, MasksEachSampleByItself) {
  LayerRun both(text("/B:2/T:3/F:3/U:2/seq:1").c_str()), second(text("/T:3/F:3/U:2/seq:1").c_str());
  both.scatter().mask = {0, 1, 1, 1, 0, 1};
  second.weights = both.weights;
  std::copy_n(both.input.begin() + 9, 9, second.input.begin());
  second.mask = {1, 0, 1};
  const Values output = both();
  EXPECT_EQ(Values(output.begin() + 6, output.end()), second());
}

TEST_P(EveryCell, OfEachActivationIsItsFormulaOverZeroGates) {
  for (const char* activation : {"linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "softsign"}) {
    LayerRun run(text(("/act:" + std::string(activation)).c_str()).c_str());
    const auto& layer = *as_recurrent(run.problem);
    // The bias of the candidate alone: gates of zero are 1 / 2.
    const double a = activate(parse_activation(activation), 0.5);
    double expected = a;
    if (layer.cell == Cell::simple_rnn) run.weights.bias = {0.5};
    if (layer.cell == Cell::lstm) {
      run.weights.bias = {0, 0, 0.5, 0};
      expected = activate(parse_activation(activation), a / 2) / 2;
    }
    if (layer.cell == Cell::gru) {
      run.weights.bias[2] = 0.5;
      expected = a / 2;
    }
    expect_near(run(), {expected});
  }
}

TEST(LayerRows, RunOnlyTheRowsAskedFor) {
  LayerRun run("lstm/B:3/T:2/F:2/U:2/seq:1");
  run.scatter();
  Values output(12, nan);
  BasicIo<double> io;
  io.input = sequence_view<const double>(run.input.data(), {3, 2, 2}, Layout::batch_major);
  io.output = sequence_view(output.data(), {3, 2, 2}, Layout::batch_major);
  LayerRows<double>(run.problem, run.weights).run(io, 1, 2);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(std::isnan(output[i]), i < 4 || i >= 8) << i;
}

TEST(LayerRows, RememberNothingFromARunBefore) {
  LayerRun run("lstm/B:2/T:3/F:2/U:2/seq:1");
  run.scatter();
  const auto [batch, time_steps, features] = run.problem.shape;
  Values first(12), second(12);
  BasicIo<double> io;
  io.input =
      sequence_view<const double>(run.input.data(), {batch, time_steps, features}, Layout::batch_major);
  LayerRows<double> rows(run.problem, run.weights);
  for (Values* output : {&first, &second}) {
    io.output = sequence_view(output->data(), {batch, time_steps, 2}, Layout::batch_major);
    rows.run(io, 0, batch);
  }
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace lockstep::reference
