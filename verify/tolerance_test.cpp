#include "verify/tolerance.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "backends/problem_text.h"
#include "cases/expand.h"
#include "verify/check.h"
#include "verify/fake_for_test.h"
#include "verify/modules_for_test.h"
#include "verify/oracle.h"

namespace lockstep {
namespace {

double of(const std::string& text, double largest = 1) {
  return tolerance(parse_problem(text), largest);
}

TEST(Tolerance, GrowsWithDepth) {
  EXPECT_LT(of("lstm/T:9/F:8/U:8"), of("lstm/T:9/F:9/U:8"));
  EXPECT_LT(of("lstm/T:9/F:8/U:8"), of("lstm/T:9/F:8/U:9"));
  EXPECT_EQ(of("lstm/T:9/F:8/U:32"), of("lstm/T:9/F:32/U:8"));
  EXPECT_LT(of("dense/T:9/F:8/U:8"), of("dense/T:9/F:9/U:8"));
}

TEST(Tolerance, GrowsWithStepsOfARecurrentLayerButSlower) {
  for (const std::string cell : {"simple_rnn", "lstm", "gru"})
    for (std::int64_t steps = 1; steps < 4096; steps *= 2) {
      const double shorter = of(cell + "/F:8/U:8/T:" + std::to_string(steps));
      const double longer = of(cell + "/F:8/U:8/T:" + std::to_string(2 * steps));
      EXPECT_LT(shorter, longer);
      EXPECT_LT(longer, 2 * shorter);
    }
}

TEST(Tolerance, DependsOnNothingElse) {
  EXPECT_EQ(of("lstm/B:1/T:9/F:8/U:8/seq:1"), of("lstm/B:64/T:9/F:8/U:8/seq:0/bias:0/threads:2"));
  EXPECT_EQ(of("dense/T:9/F:8/U:8"), of("dense/T:4096/F:8/U:64/style:time_distributed"));
  EXPECT_EQ(of("activation/T:9/F:8"), of("activation/T:4096/F:4096"));
}

TEST(Tolerance, ScalesWithLargeValuesAndIsAbsoluteBelow) {
  EXPECT_EQ(of("dense/F:8", 0.001), of("dense/F:8", 1));
  EXPECT_EQ(of("dense/F:8", 0), of("dense/F:8", 1));
  EXPECT_EQ(of("dense/F:8", 1000), 1000 * of("dense/F:8", 1));
}

TEST(Tolerance, HoldsOnlyRoundings) {
  // A wrong formula is off by far more than this share of values of about 1.
  EXPECT_GT(of("activation/F:1"), unit_roundoff);
  EXPECT_LT(of("lstm/T:4096/F:512/U:512"), std::sqrt(unit_roundoff));
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
    }
  }
  ASSERT_FALSE(largest_share.empty());
  for (const auto& [backend, share] : largest_share) {
    EXPECT_LE(share, 1) << backend;
    EXPECT_GT(100 * share, 1) << backend;
  }
}

INSTANTIATE_TEST_SUITE_P(Layers, RealErrors,
                         ::testing::Values("simple_rnn/B:2/T:1,9,256/F:5,128/U:9,128/seq:1",
                                           "lstm/B:2/T:1,9,256/F:5,128/U:9,128/seq:1",
                                           "gru/B:2/T:1,9,256/F:5,128/U:9,128/seq:1/reset_after:0,1",
                                           "dense/B:2/T:9/F:5,512/U:9/style:flattened,time_distributed"));

}  // namespace
}  // namespace lockstep
