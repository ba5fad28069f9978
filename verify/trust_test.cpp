#include "verify/trust.h"

#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

/// Expected values of a problem, [batch, time steps, units], all different at first.
class Values {
 public:
  explicit Values(const std::string& text) : problem(parse_problem(text)) {
    const std::array<std::int64_t, 3> dims{problem.shape.batch, output_time_steps(problem),
                                           output_features(problem.layer, problem.shape.features)};
    values_.resize(static_cast<std::size_t>(dims[0] * dims[1] * dims[2]));
    view = sequence_view(values_.data(), dims, Layout::batch_major);
    for (std::size_t i = 0; i < values_.size(); ++i)
      values_[i] = (static_cast<double>(i) + 1) / (static_cast<double>(values_.size()) + 2);
  }
  template <class Of>
  Values& set(Of&& of) {
    for (std::int64_t b = 0; b < view.dims[0]; ++b)
      for (std::int64_t t = 0; t < view.dims[1]; ++t)
        for (std::int64_t j = 0; j < view.dims[2]; ++j) view(b, t, j) = of(b, t, j, view(b, t, j));
    return *this;
  }
  std::string distrust(const MaskView& mask = {}) const { return lockstep::distrust(problem, view, mask); }

  Problem problem;
  SequenceView<double> view;

 private:
  std::vector<double> values_;
};

const char* const lstm_problem = "lstm/B:2/T:5/F:3/U:4/seq:1";

TEST(Trust, BelievesValuesThatDiffer) {
  for (const char* text :
       {lstm_problem, "gru/B:1/T:1/F:1/U:1", "dense/B:2/T:5/F:3/U:4", "activation/B:2/T:5/F:4"})
    EXPECT_EQ(Values(text).distrust(), "") << text;
}

TEST(Trust, DoubtsZeros) {
  const auto zeros_below = [](std::int64_t step) {
    return [step](std::int64_t, std::int64_t t, std::int64_t, double x) { return t < step ? 0 : x; };
  };
  EXPECT_THAT(Values(lstm_problem).set(zeros_below(5)).distrust(),
              HasSubstr("100 % of the expected outputs are zero"));
  EXPECT_THAT(Values(lstm_problem).set(zeros_below(2)).distrust(),
              HasSubstr("40 % of the expected outputs are zero"));
  EXPECT_EQ(Values(lstm_problem).set(zeros_below(1)).distrust(), "");
}

TEST(Trust, AllowsTheZerosOfRelu) {
  const auto zeros = [](std::int64_t, std::int64_t t, std::int64_t, double x) { return t < 3 ? 0 : x; };
  EXPECT_EQ(Values("dense/B:2/T:5/F:3/U:4/act:relu").set(zeros).distrust(), "");
  EXPECT_EQ(Values("lstm/B:2/T:5/F:3/U:4/seq:1/rec_act:relu").set(zeros).distrust(), "");
  EXPECT_NE(Values("gru/B:2/T:5/F:3/U:4/seq:1/rec_act:relu").set(zeros).distrust(), "");
  const auto all = [](std::int64_t, std::int64_t, std::int64_t, double) { return 0; };
  EXPECT_NE(Values("dense/B:2/T:5/F:3/U:4/act:relu").set(all).distrust(), "");
}

TEST(Trust, DoubtsSaturation) {
  const auto saturated = [](std::int64_t, std::int64_t t, std::int64_t j, double x) {
    return t < 2 ? (j % 2 == 0 ? 1.0 : -1.0) : x;
  };
  EXPECT_THAT(Values(lstm_problem).set(saturated).distrust(), HasSubstr("saturated"));
  EXPECT_EQ(Values("lstm/B:2/T:5/F:3/U:4/seq:1/act:linear").set(saturated).distrust(), "");
}

TEST(Trust, DoubtsWhatIsTheSameInEveryUnitOrStep) {
  const auto by_step = [](std::int64_t b, std::int64_t t, std::int64_t, double) {
    return static_cast<double>(b + 2 * t + 1) / 20;
  };
  const auto by_unit = [](std::int64_t b, std::int64_t, std::int64_t j, double) {
    return static_cast<double>(b + 2 * j + 1) / 20;
  };
  EXPECT_THAT(Values(lstm_problem).set(by_step).distrust(), HasSubstr("the same in every unit"));
  EXPECT_THAT(Values(lstm_problem).set(by_unit).distrust(), HasSubstr("the same at every step"));
  EXPECT_EQ(Values("lstm/B:2/T:5/F:3/U:1/seq:1").set(by_step).distrust(), "");  // there is but one unit
  EXPECT_EQ(Values("lstm/B:2/T:1/F:3/U:4/seq:1").set(by_unit).distrust(), "");  // and one step
}

TEST(Trust, DoubtsAnExpectationThatIsNotFinite) {
  const auto not_finite = [](std::int64_t b, std::int64_t t, std::int64_t j, double x) {
    return b == 1 && t == 2 && j == 3 ? std::nan("") : x;
  };
  EXPECT_THAT(Values(lstm_problem).set(not_finite).distrust(), HasSubstr("beyond float"));
}

TEST(Trust, LeavesOutMaskedSteps) {
  const std::vector<std::uint8_t> first_count{1, 1, 0, 0, 0, 1, 1, 0, 0, 0}, none_counts(10, 0);
  Values masked(lstm_problem);
  masked.set([](std::int64_t, std::int64_t t, std::int64_t, double x) { return t < 2 ? x : 0; });
  EXPECT_THAT(masked.distrust(), HasSubstr("zero"));
  EXPECT_EQ(masked.distrust(mask_view(first_count.data(), 2, 5)), "");
  EXPECT_THAT(masked.distrust(mask_view(none_counts.data(), 2, 5)), HasSubstr("every step is masked"));
}

TEST(Trust, FindsTheMaskOfALayerThatGoesBackwards) {
  // Its outputs come in the order of processing: step 0 of the output is the last of the input.
  const std::vector<std::uint8_t> last_count{0, 0, 0, 1, 1, 0, 0, 0, 1, 1};
  Values masked(fmt::format("{}/back:1", lstm_problem));
  masked.set([](std::int64_t, std::int64_t t, std::int64_t, double x) { return t < 2 ? x : 0; });
  EXPECT_EQ(masked.distrust(mask_view(last_count.data(), 2, 5)), "");
  masked.problem = parse_problem(lstm_problem);
  EXPECT_THAT(masked.distrust(mask_view(last_count.data(), 2, 5)), HasSubstr("zero"));
}

TEST(Trust, WithoutSequencesCountsRowsThatShowAStepThatCounts) {
  const auto zeros = [](std::int64_t, std::int64_t, std::int64_t, double) { return 0.0; };
  const std::vector<std::uint8_t> ends_masked{1, 1, 1, 1, 0, 1, 1, 1, 1, 0}, none(10, 0),
      begins_masked{0, 1, 1, 1, 1, 0, 1, 1, 1, 1};
  const auto doubt = [&](const char* fields, const std::vector<std::uint8_t>& mask) {
    return Values(fmt::format("gru/B:2/T:5/F:3/U:4{}", fields))
        .set(zeros)
        .distrust(mask_view(mask.data(), 2, 5));
  };
  EXPECT_THAT(doubt("", ends_masked), HasSubstr("zero"));  // the step before is shown again
  EXPECT_THAT(doubt("", none), HasSubstr("every step is masked"));
  EXPECT_THAT(doubt("/zero_mask:1", ends_masked),
              HasSubstr("every step is masked"));  // rightly zeros: they tell nothing
  EXPECT_THAT(doubt("/zero_mask:1", begins_masked), HasSubstr("zero"));
  EXPECT_THAT(doubt("/zero_mask:1/back:1", begins_masked), HasSubstr("every step is masked"));
  EXPECT_THAT(doubt("/zero_mask:1/back:1", ends_masked), HasSubstr("zero"));
}

}  // namespace
}  // namespace lockstep
