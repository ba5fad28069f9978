#include <algorithm>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "backends/problem_text.h"
#include "cases/expand.h"
#include "verify/check.h"
#include "verify/modules_for_test.h"
#include "verify/oracle.h"

namespace lockstep {
namespace {

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
                         ::testing::Values("simple_rnn/B:2/T:1,9,256/F:5,128/U:9,128/seq:1",
                                           "lstm/B:2/T:1,9,256/F:5,128/U:9,128/seq:1",
                                           "gru/B:2/T:1,9,256/F:5,128/U:9,128/seq:1/reset_after:0,1",
                                           "dense/B:2/T:9/F:5,512/U:9/style:flattened,time_distributed"));

}  // namespace
}  // namespace lockstep
