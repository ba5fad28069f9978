#include "backends/model_join.h"

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// JoinValues of [batch, time_steps, features], batch-major.
struct JoinValues {
  JoinValues(std::array<std::int64_t, 3> sizes, std::vector<double> given)
      : dims(sizes), values(std::move(given)) {
    values.resize(static_cast<std::size_t>(dims[0] * dims[1] * dims[2]));
  }
  SequenceView<double> view() { return sequence_view(values.data(), dims, Layout::batch_major); }
  std::array<std::int64_t, 3> dims;
  std::vector<double> values;
};

/// What a join of these makes of them.
std::vector<double> joined(const JoinSpec& spec, std::vector<JoinValues> inputs,
                           std::array<std::int64_t, 3> dims) {
  JoinValues output(dims, {});
  JoinInput at{0, inputs.size(), 0};
  for (JoinValues& input : inputs) {
    join<double>(spec, at, input.view(), output.view());
    ++at.index;
    at.features_before += input.dims[2];
  }
  return output.values;
}

const JoinValues first({1, 2, 2}, {1, 2, 3, 4}), second({1, 2, 2}, {5, 7, 9, 11}), third({1, 2, 1}, {20, 30});

TEST(Join, MergesAsKerasDoes) {
  EXPECT_THAT(joined(MergeSpec{Merge::concat}, {first, third, second}, {1, 2, 5}),
              ElementsAre(1, 2, 20, 5, 7, 3, 4, 30, 9, 11));
  EXPECT_THAT(joined(MergeSpec{Merge::sum}, {first, second, first}, {1, 2, 2}), ElementsAre(7, 11, 15, 19));
  EXPECT_THAT(joined(MergeSpec{Merge::mul}, {first, second}, {1, 2, 2}), ElementsAre(5, 14, 27, 44));
  EXPECT_THAT(joined(MergeSpec{Merge::ave}, {first, second}, {1, 2, 2}), ElementsAre(3, 4.5, 6, 7.5));
}

TEST(Join, ReversesTime) {
  const JoinValues sequences({2, 3, 1}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(joined(ReverseSpec{}, {sequences}, {2, 3, 1}), ElementsAre(3, 2, 1, 6, 5, 4));
}

TEST(Join, ReshapesEachSampleInTheOrderOfItsValues) {
  std::vector<double> counted;
  for (int i = 0; i < 24; ++i) counted.push_back(i);
  const JoinValues input({2, 4, 3}, counted);
  for (const std::array<std::int64_t, 3>& dims :
       {std::array<std::int64_t, 3>{2, 1, 12}, {2, 2, 6}, {2, 6, 2}, {2, 3, 4}, {2, 12, 1}})
    EXPECT_EQ(joined(ReshapeSpec{{-1}}, {input}, dims), counted) << dims[1];
}

TEST(Join, SaysWhatItReturns) {
  const SymbolicShape sequence{true, 4, 6}, any{true, std::nullopt, 6}, wide{true, 4, 2}, step{false, {}, 6};
  const auto returned = [](const JoinSpec& spec, const std::vector<SymbolicShape>& given) {
    return to_string(returned_by(spec, given));
  };
  EXPECT_EQ(returned(MergeSpec{Merge::concat}, {sequence, wide}), "(None, 4, 8)");
  EXPECT_EQ(returned(MergeSpec{Merge::sum}, {step, step}), "(None, 6)");
  EXPECT_EQ(returned(ReverseSpec{}, {any}), "(None, None, 6)");
  EXPECT_EQ(returned(ReshapeSpec{{-1}}, {sequence}), "(None, 24)");
  EXPECT_EQ(returned(ReshapeSpec{{8, -1}}, {sequence}), "(None, 8, 3)");
  EXPECT_EQ(returned(ReshapeSpec{{2, 3}}, {step}), "(None, 2, 3)");
  const auto refusal = [](const JoinSpec& spec, const std::vector<SymbolicShape>& given) {
    return refusal_of([&] { returned_by(spec, given); });
  };
  EXPECT_THAT(
      refusal(MergeSpec{Merge::sum}, {sequence, wide}),
      AllOf(HasSubstr("reads (batch, 4, 6) and (batch, 4, 2)"), HasSubstr("accepted are values of one")));
  EXPECT_THAT(refusal(MergeSpec{Merge::concat}, {sequence, step}), HasSubstr("in their features alone"));
  EXPECT_THAT(refusal(MergeSpec{Merge::concat}, {sequence, any}), HasSubstr("in their features alone"));
  EXPECT_THAT(refusal(ReverseSpec{}, {step}), HasSubstr("accepted is a sequence"));
  EXPECT_THAT(refusal(ReshapeSpec{{-1}}, {any}), HasSubstr("of which the time_steps are known"));
  EXPECT_THAT(refusal(ReshapeSpec{{5, -1}}, {sequence}),
              HasSubstr("its target is (5, -1): accepted is one of as many values"));
  EXPECT_THAT(refusal(ReshapeSpec{{23}}, {sequence}), HasSubstr("one of as many values"));
  EXPECT_THAT(refusal(ReshapeSpec{{-1, -1}}, {sequence}), HasSubstr("of which one may be -1"));
  EXPECT_THAT(refusal(ReshapeSpec{{2, 3, 4}}, {sequence}),
              HasSubstr("(features) and (time_steps, features)"));
  EXPECT_THAT(refusal(ReshapeSpec{{0, 24}}, {sequence}), HasSubstr("sizes from 1"));
  EXPECT_THAT(refusal(ReshapeSpec{{std::int64_t{1} << 62, 4}}, {sequence}), HasSubstr("sizes from 1"));
}

}  // namespace
}  // namespace lockstep
