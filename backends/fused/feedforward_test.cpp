#include "backends/fused/isa_for_test.h"
#include "backends/fused/planned_for_test.h"
#include "backends/problem_text.h"
#include "cases/expand.h"
#include "verify/check.h"
#include "verify/oracle.h"

namespace lockstep::fused {
namespace {

class Feedforward : public EveryIsa {
 protected:
  void expect_right(const char* text) const {
    const Planned backend(kernels());
    for (const Problem& problem : expand_problems(text)) {
      const Case one{problem, "a test"};
      const Expected expected(problem, make_given(problem, one.seed), 1);
      const Finding found = check(backend, one, expected);
      EXPECT_EQ(found.verdict, Verdict::pass)
          << to_string(problem) << " by " << found.method << ": " << found.reason;
    }
  }
};
LOCKSTEP_EVERY_ISA(Feedforward);

TEST_P(Feedforward, DenseIsRightForEachWidth) {
  expect_right(
      "dense/B:3/T:5/F:7/U:1,3,7,8,9,15,16,17,31,32,33,63,64,65,127,129/style:flattened,time_distributed/"
      "threads:1,2");
}
TEST_P(Feedforward, DenseIsRightForEachNumberOfRows) {  // tiles, chunks of rows and slices of columns
  expect_right(
      "dense/B:1,2,7/T:1,2,3,5,6,13,500/F:9/U:70/style:flattened,time_distributed/bias:0,1/threads:1,2,3");
}
TEST_P(Feedforward, DenseIsRightWithEachActivation) {
  expect_right(
      "dense/B:2/T:3/F:6/U:21/act:linear,tanh,sigmoid,hard_sigmoid,relu,softsign,softmax/threads:1,8/"
      "style:flattened,time_distributed");
}
TEST_P(Feedforward, ActivationIsRight) {
  expect_right(
      "activation/B:3/T:5/F:2,7,16,33/act:linear,tanh,sigmoid,hard_sigmoid,relu,softsign,softmax/"
      "threads:1,2");
}

}  // namespace
}  // namespace lockstep::fused
