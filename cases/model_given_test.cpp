#include "cases/model_given.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

/// Which steps of the input are all `value`: a line per sample.
std::vector<std::string> masked_steps(const ModelGiven& given, float value) {
  std::vector<std::string> lines;
  const auto view = given.input.input_view();
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
    EXPECT_EQ(masked_steps(given, 0.5F), (std::vector<std::string>{"......", "x....x", "....xx", "x..xxx"}));
  }
  model.outputs = {"input"};
  model.nodes.pop_back();
  const ModelGiven given = make_model_given(model, {4, 6, 2}, InputKind::random, InitialStates::zero, 1);
  EXPECT_EQ(masked_steps(given, 0.5F), std::vector<std::string>(4, "......"));
}

}  // namespace
}  // namespace lockstep
