#include "bench/gate/row.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "bench/gate/result_for_test.h"

namespace lockstep::gate {
namespace {

std::string verdict(std::initializer_list<State> states) {
  return verdict_of(result_for_test(states));
}

TEST(StateNames, AreAllDifferent) {
  using enum State;
  std::set<std::string_view> names;
  for (const State state :
       {pass, improvement, acknowledged, regression, wrong, layout_sensitive, inconclusive, missing})
    names.insert(to_string(state));
  EXPECT_EQ(names.size(), 8u);
  EXPECT_EQ(names.count(""), 0u);
  EXPECT_EQ(to_string(layout_sensitive), "layout-sensitive");
}

TEST(Verdict, IsOneSentence) {
  using enum State;
  EXPECT_EQ(verdict({pass, pass}), "0 of 2 benchmarks are slower");
  EXPECT_EQ(verdict({pass}), "0 of 1 benchmark is slower");
  EXPECT_EQ(verdict({pass, improvement, acknowledged}),
            "0 of 3 benchmarks are slower, 1 is faster, 1 is acknowledged");
  EXPECT_EQ(verdict({pass, regression, inconclusive}), "1 of 3 benchmarks is slower");
  EXPECT_EQ(verdict({regression, regression, wrong}), "1 of 3 benchmarks is wrong, 2 are slower");
  EXPECT_EQ(verdict({pass, inconclusive, inconclusive, layout_sensitive}),
            "no verdict: 2 of 4 benchmarks are inconclusive, 1 is layout-sensitive");
  EXPECT_EQ(verdict({regression, missing}), "bad input: 1 of 2 benchmarks was not measured");
  EXPECT_EQ(verdict({}), "bad input: there is nothing to compare");
}

TEST(Verdict, TellsMoreCallsFromSlower) {
  Result result = result_for_test({State::regression, State::regression});
  result.rows[0].head.allocations = 1;
  EXPECT_EQ(verdict_of(result), "1 of 2 benchmarks is slower, 1 allocates or calls more");
}

TEST(Verdict, NamesComplaintsAndDoubts) {
  Result result = result_for_test({State::regression});
  result.doubts = {"the controls differ"};
  EXPECT_EQ(verdict_of(result), "no verdict: the controls differ");
  result.complaints = {"a folder is empty", "and another"};
  EXPECT_EQ(verdict_of(result), "bad input: a folder is empty (and 1 more)");
}

}  // namespace
}  // namespace lockstep::gate
