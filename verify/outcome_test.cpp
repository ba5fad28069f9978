#include "verify/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Rows = std::vector<RowOutcome>;

TEST(Outcome, HoldsWhereSomethingPassedAndNothingFailed) {
  const Outcome outcome = outcome_of(Rows{{"a", "pass"}, {"b", "skip"}}, {"a"});
  EXPECT_EQ(outcome.code, exit_held);
  EXPECT_THAT(outcome.complaints, IsEmpty());
}

TEST(Outcome, IsAFailureWhereARowFailedOrIsUntrusted) {
  EXPECT_EQ(outcome_of(Rows{{"a", "pass"}, {"a", "fail"}}, {}).code, exit_failed);
  EXPECT_EQ(outcome_of(Rows{{"a", "pass"}, {"a", "untrusted"}}, {}).code, exit_failed);
  EXPECT_EQ(outcome_of(Rows{{"a", "ill-conditioned"}, {"a", "fail"}}, {}).code, exit_failed);
}

TEST(Outcome, NamesEveryRequiredBackendThatRanNothing) {
  const Outcome outcome = outcome_of(Rows{{"a", "pass"}, {"b", "skip"}}, {"a", "b", "c"});
  EXPECT_EQ(outcome.code, exit_missing);
  EXPECT_THAT(outcome.complaints, ElementsAre(HasSubstr("backend b"), HasSubstr("backend c")));
}

TEST(Outcome, TakesNoRowThatIsSharedForOneOfTheBackends) {
  const Outcome outcome = outcome_of(Rows{{"a", "pass", true}, {"c", "pass"}}, {"a", "c"});
  EXPECT_EQ(outcome.code, exit_missing);
  EXPECT_THAT(outcome.complaints,
              ElementsAre("required backend a left layers to another: required is that it "
                          "computes all"));
  EXPECT_EQ(outcome_of(Rows{{"a", "pass", true}}, {}).code, exit_held);
  EXPECT_EQ(outcome_of(Rows{{"a", "fail", true}}, {"a"}).code, exit_failed);
  EXPECT_EQ(outcome_of(Rows{{"a", "pass", true}, {"a", "pass"}}, {"a"}).code, exit_held);
}

TEST(Outcome, PutsAFailureBeforeAMissingBackend) {
  const Outcome outcome = outcome_of(Rows{{"a", "fail"}, {"b", "skip"}}, {"b"});
  EXPECT_EQ(outcome.code, exit_failed);
  EXPECT_THAT(outcome.complaints, ElementsAre(HasSubstr("backend b")));
}

TEST(Outcome, IsNoVerdictWhereEverythingWasSkipped) {
  EXPECT_EQ(outcome_of(Rows{{"a", "skip"}}, {}).code, exit_no_verdict);
}

TEST(Outcome, WhatIsIllConditionedIsNoVerdict) {
  const Outcome open = outcome_of(Rows{{"a", "pass"}, {"a", "ill-conditioned"}, {"b", "skip"}}, {"a"});
  EXPECT_EQ(open.code, exit_no_verdict);
  EXPECT_THAT(open.complaints, ElementsAre("1 of 3 rows are ill-conditioned: no verdict"));
  EXPECT_EQ(outcome_of(Rows{{"a", "ill-conditioned"}, {"b", "skip"}}, {"b"}).code, exit_missing);
}

}  // namespace
}  // namespace lockstep
