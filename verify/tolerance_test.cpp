#include "verify/tolerance.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;

double step(const std::string& text, double largest = 1) {
  return step_tolerance(parse_problem(text), largest);
}

TEST(Tolerance, OfAStepGrowsWithDepthAlone) {
  EXPECT_EQ(step("lstm/F:16/U:20"), (16 + 4 * 6) * unit_roundoff);
  EXPECT_EQ(step("lstm/F:8/U:32"), step("lstm/F:32/U:8"));
  EXPECT_EQ(step("lstm/B:1/T:1/F:8/U:8"), step("gru/B:64/T:900/F:8/U:8/seq:1/bias:0/threads:2"));
}

TEST(Tolerance, ScalesWithLargeValuesAndIsAbsoluteBelow) {
  EXPECT_EQ(step("gru/F:8/U:8", 0.001), step("gru/F:8/U:8"));
  EXPECT_EQ(step("gru/F:8/U:8", 1000), 1000 * step("gru/F:8/U:8"));
  EXPECT_EQ(trajectory_tolerance(0, 0.001), 8 * unit_roundoff);
  EXPECT_EQ(trajectory_tolerance(0, 1000), 8000 * unit_roundoff);
  EXPECT_EQ(activation_noise(0.1), activation_noise(-1));
  EXPECT_EQ(activation_noise(-100), 100 * activation_noise(1));
}

TEST(Tolerance, OfATrajectoryIsTwiceWhatNoiseDoes) {
  EXPECT_EQ(trajectory_tolerance(0x1p-13, 1), 0x1p-12);
  EXPECT_EQ(trajectory_tolerance(0x1p-11, 1), std::numeric_limits<double>::infinity());
  EXPECT_FALSE(is_ill_conditioned(0x1p-12, 1));
  EXPECT_TRUE(is_ill_conditioned(0x1.00001p-12, 1));
  EXPECT_FALSE(is_ill_conditioned(0x1p-3, 512));
  EXPECT_TRUE(is_ill_conditioned(std::nan(""), 1));
}

TEST(Tolerance, OfDenseIsTheGaugeOfEachElement) {
  const std::vector<double> magnitudes{1, 4}, values{0.5, -2};
  std::vector<double> allowed(2);
  dense_tolerance(Activation::linear, magnitudes.data(), values.data(), 2, allowed.data());
  EXPECT_THAT(allowed, ElementsAre(32 * unit_roundoff, 128 * unit_roundoff));
  const std::vector<double> linear = allowed;
  dense_tolerance(Activation::tanh, magnitudes.data(), values.data(), 2, allowed.data());
  EXPECT_GT(allowed[0], linear[0]);
  EXPECT_LT(allowed[0], 2 * linear[0]);
}

TEST(Tolerance, OfSoftmaxIsRelative) {
  const std::vector<double> magnitudes{1, 4}, values{0.001, 0.999};
  std::vector<double> allowed(2);
  dense_tolerance(Activation::softmax, magnitudes.data(), values.data(), 2, allowed.data());
  EXPECT_NEAR(allowed[1] / allowed[0], 999, 1e-6);
  activation_row_tolerance(Activation::softmax, magnitudes.data(), values.data(), 2, allowed.data());
  EXPECT_NEAR(allowed[1] / allowed[0], 999, 1e-6);
}

TEST(Tolerance, LooksAtFewRowsOfWideLayers) {
  EXPECT_EQ(probed_rows(parse_problem("lstm/B:2/F:8/U:8")), 2);
  EXPECT_EQ(probed_rows(parse_problem("lstm/B:200/F:8/U:8")), 8);
  EXPECT_EQ(probed_rows(parse_problem("lstm/B:200/F:8/U:300")), 1);
  EXPECT_EQ(probed_rows(parse_problem("lstm/B:200/F:8/U:300/mask:full")), 8);
}

}  // namespace
}  // namespace lockstep
