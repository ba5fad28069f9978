#include "verify/test_row.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(TestRow, TellsTheVerdictWithReasonAndRepro) {
  const auto outcome = [](std::string_view verdict) {
    return test_row("suite", "name", 0.5, verdict, "because", "lockstep verify").outcome;
  };
  EXPECT_EQ(outcome("pass"), reports::Outcome::pass);
  EXPECT_EQ(outcome("fail"), reports::Outcome::fail);
  EXPECT_EQ(outcome("skip"), reports::Outcome::skip);
  EXPECT_EQ(outcome("untrusted"), reports::Outcome::error);
  EXPECT_EQ(outcome("ill-conditioned"), reports::Outcome::error);
  EXPECT_EQ(test_row("suite", "name", 0.5, "pass", "", "x").message, "");
  EXPECT_EQ(test_row("suite", "name", 0.5, "fail", "because", "lockstep verify").message,
            "fail: because\nlockstep verify");
}

}  // namespace
}  // namespace lockstep
