#include "bench/work.h"

#include <gtest/gtest.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

double flops_of(const char* text) {
  return flops(parse_problem(text));
}

TEST(Work, CountsTwoPerMultiplyAdd) {
  // Each step of each sequence: (F + U) products for each unit of each gate.
  EXPECT_EQ(flops_of("simple_rnn/B:1/T:1/F:1/U:1"), 2 * 1 * (1 + 1));
  EXPECT_EQ(flops_of("simple_rnn/B:2/T:3/F:5/U:7"), 2 * 2 * 3 * 7 * (5 + 7));
  EXPECT_EQ(flops_of("lstm/B:2/T:3/F:5/U:7"), 2 * 4 * 2 * 3 * 7 * (5 + 7));
  EXPECT_EQ(flops_of("gru/B:2/T:3/F:5/U:7"), 2 * 3 * 2 * 3 * 7 * (5 + 7));
  EXPECT_EQ(flops_of("dense/B:2/T:3/F:5/U:7"), 2 * 2 * 3 * 5 * 7);
  EXPECT_EQ(flops_of("activation/B:2/T:3/F:5/act:tanh"), 0);
}

TEST(Work, DoesNotDependOnHowItIsDone) {
  EXPECT_EQ(flops_of("lstm/B:2/T:3/F:5/U:7/seq:0"), flops_of("lstm/B:2/T:3/F:5/U:7/seq:1/threads:2/back:1"));
  EXPECT_EQ(flops_of("gru/B:2/T:3/F:5/U:7/reset_after:0"), flops_of("gru/B:2/T:3/F:5/U:7/reset_after:1"));
  EXPECT_EQ(flops_of("dense/B:2/T:3/F:5/U:7/style:flattened"),
            flops_of("dense/B:2/T:3/F:5/U:7/style:time_distributed"));
}

TEST(Work, DoesNotOverflow) {
  EXPECT_EQ(flops_of("lstm/B:1000000/T:1000000/F:1000/U:1000"), 16e18);
}

TEST(Work, StepsAreThoseOfAllSequences) {
  EXPECT_EQ(steps(parse_problem("lstm/B:2/T:3/F:5/U:7")), 6);
  EXPECT_EQ(steps(parse_problem("dense/B:1/T:4096/F:5/U:7")), 4096);
}

}  // namespace
}  // namespace lockstep
