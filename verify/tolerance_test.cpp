#include "verify/tolerance.h"

#include <cmath>
#include <map>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "cases/expand.h"
#include "verify/check.h"
#include "verify/fake_for_test.h"
#include "verify/modules_for_test.h"
#include "verify/oracle.h"

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

/// What stays within the tolerance on every backend, and would not if its errors were 100 times as large.
class RealErrors : public ::testing::TestWithParam<const char*> {};

TEST_P(RealErrors, StayBelowAndNotByFar) {
  std::map<std::string, double> largest_share;
  for (const Problem& problem : expand_problems(GetParam())) {
    const Case one{problem, "a test"};
    const Expected expected(problem, make_given(problem, one.seed), 1);
    for (const Backend* backend : loaded_backends()) {
      if (!backend->supports(problem)) continue;
      const Finding found = check(*backend, one, expected);
      EXPECT_EQ(found.verdict, Verdict::pass) << to_string(problem) << ": " << found.reason;
      auto& share = largest_share[std::string(backend->name())];
      share = std::max(share, found.share_of_tolerance());
      EXPECT_EQ(found.step_share > 0, as_recurrent(problem) != nullptr) << to_string(problem);
    }
  }
  ASSERT_FALSE(largest_share.empty());
  for (const auto& [backend, share] : largest_share) {
    EXPECT_LE(share, 1) << backend;
    EXPECT_GT(100 * share, 1) << backend;
  }
}

INSTANTIATE_TEST_SUITE_P(Layers, RealErrors,
                         ::testing::Values("simple_rnn/B:2/T:1,9,64/F:5,64/U:9,64/seq:1",
                                           "lstm/B:2/T:1,9,64/F:5,64/U:9,64/seq:1",
                                           "gru/B:2/T:1,9,64/F:5,64/U:9,64/seq:1/reset_after:0,1",
                                           "dense/B:2/T:9/F:5,512/U:9/style:flattened,time_distributed"));

}  // namespace
}  // namespace lockstep
