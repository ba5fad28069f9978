#include <gtest/gtest.h>

#include "bench/gate/decide.h"
#include "bench/gate/result_for_test.h"

namespace lockstep::gate {
namespace {

ExitCode code_of(std::initializer_list<State> states) {
  return exit_code_of(result_for_test(states));
}

TEST(ExitCodeOfAGate, IsZeroOnlyIfEveryRowLetsThrough) {
  using enum State;
  EXPECT_EQ(code_of({pass}), exit_held);
  EXPECT_EQ(code_of({pass, improvement, acknowledged, layout_sensitive}), exit_held);
  for (const State state : {regression, wrong, inconclusive, missing})
    EXPECT_NE(code_of({pass, state, pass}), exit_held) << to_string(state);
  EXPECT_NE(code_of({pass, static_cast<State>(99)}), exit_held);
}

TEST(ExitCodeOfAGate, IsNeverGreenWithoutAMeasurement) {
  using enum State;
  EXPECT_EQ(code_of({}), exit_usage);
  EXPECT_EQ(code_of({missing, missing}), exit_usage);
  Result result = result_for_test({pass, pass});
  result.rows[1].processes = 0;
  EXPECT_EQ(exit_code_of(result), exit_usage);
  EXPECT_EQ(exit_code_of(Result{}), exit_usage);
  EXPECT_EQ(Result{}.code, exit_no_verdict);
}

TEST(ExitCodeOfAGate, PutsBadInputBeforeDoubtBeforeFailureBeforeOpenRows) {
  using enum State;
  EXPECT_EQ(code_of({pass, inconclusive}), exit_no_verdict);
  EXPECT_EQ(code_of({inconclusive, regression}), exit_failed);
  EXPECT_EQ(code_of({inconclusive, wrong}), exit_failed);
  EXPECT_EQ(code_of({regression, missing}), exit_usage);
  Result result = result_for_test({regression});
  result.doubts = {"the controls differ"};
  EXPECT_EQ(exit_code_of(result), exit_no_verdict);
  for (const bool by_counting : {false, true}) {  // neither depends on time
    result = result_for_test({pass, by_counting ? regression : wrong});
    if (by_counting) result.rows[1].head.allocations = 1;
    result.doubts = {"the controls differ"};
    EXPECT_EQ(exit_code_of(result), exit_failed);
  }
  result.complaints = {"a folder is empty"};
  EXPECT_EQ(exit_code_of(result), exit_usage);
  result = result_for_test({pass});
  result.doubts = {"the controls differ"};
  EXPECT_EQ(exit_code_of(result), exit_no_verdict);
}

}  // namespace
}  // namespace lockstep::gate
