#include "cases/model_given.h"

#include <gtest/gtest.h>

#include "backends/model_for_test.h"

namespace lockstep {
namespace {

/// Which steps of the input are all `value`: a line per sample.
std::vector<std::string> masked_steps(const Given& given, float value) {
  std::vector<std::string> lines;
  const auto view = given.input_view();
  for (std::int64_t b = 0; b < view.dims[0]; ++b) {
    lines.emplace_back();
    for (std::int64_t t = 0; t < view.dims[1]; ++t)
      lines.back() += view(b, t, 0) == value && view(b, t, 1) == value ? 'x' : '.';
  }
  return lines;
}

TEST(ModelGiven, HasStepsThatAMaskingMasks) {
  ModelSpec model{"masked", true, {{"input", InputSpec{{}, 2}, {}, {}}}, {"masking"}};
  model.nodes.push_back({"masking", MaskingSpec{0.5F}, {"input"}, {}});
  for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
    const ModelGiven given =
        make_model_given(model, {4, 6, 2}, InputKind::random, InitialStates::zero, 1, layout);
    EXPECT_EQ(masked_steps(given.inputs[0], 0.5F),
              (std::vector<std::string>{"......", "x....x", "....xx", "x..xxx"}));
  }
  model.outputs = {"input"};
  model.nodes.pop_back();
  const ModelGiven given = make_model_given(model, {4, 6, 2}, InputKind::random, InitialStates::zero, 1);
  EXPECT_EQ(masked_steps(given.inputs[0], 0.5F), std::vector<std::string>(4, "......"));
}

TEST(ModelGiven, HasEachInputOfItsSize) {
  const ModelGiven given =
      make_model_given(two_inputs(), {3, 7, 4}, InputKind::random, InitialStates::given, 1);
  ASSERT_EQ(given.inputs.size(), 2U);
  EXPECT_EQ(given.inputs[0].shape, (Shape{3, 7, 4}));
  EXPECT_EQ(given.inputs[1].shape, (Shape{3, 1, 3}));
  EXPECT_NE(given.inputs[0].input_view()(0, 0, 0), given.inputs[1].input_view()(0, 0, 0));
  const auto rows = given.input_rows(1, 2);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].dims, (std::array<std::int64_t, 3>{2, 1, 3}));
  EXPECT_EQ(rows[1](0, 0, 2), given.inputs[1].input_view()(1, 0, 2));
  EXPECT_EQ(given.initial_rows(1, 2).at(0).h.dims, (std::array<std::int64_t, 2>{2, 5}));
}

TEST(ModelGiven, MasksTheInputThatAMaskingReads) {
  ModelSpec model = two_lengths();
  model.nodes.push_back({"masking", MaskingSpec{0.5F}, {"long"}, {}});
  model.nodes[3].inputs = {"masking"};
  const ModelGiven given = make_model_given(model, {4, 3, 4}, InputKind::random, InitialStates::zero, 1);
  EXPECT_EQ(masked_steps(given.inputs[0], 0.5F), std::vector<std::string>(4, "..."));
  EXPECT_EQ(masked_steps(given.inputs[1], 0.5F),
            (std::vector<std::string>{"......", "x....x", "....xx", "x..xxx"}));
}

}  // namespace
}  // namespace lockstep
