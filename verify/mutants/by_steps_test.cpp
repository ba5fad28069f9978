#include "verify/mutants/by_steps.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "cases/case.h"
#include "cases/data.h"
#include "verify/compare.h"
#include "verify/mutants/choice.h"

namespace lockstep {
namespace {

/// What differs in a mutant that goes by steps is its fault alone.
TEST(BySteps, IsTheReferenceToTheLastBit) {
  for (const Case& one : cases_of("ci")) {
    const Problem& problem = one.problem;
    if (as_recurrent(problem) == nullptr || cost_of(problem) > 1e5) continue;
    SCOPED_TRACE(to_string(problem));
    const Given given = make_given(problem, one.seed);
    const Asked<float> whole(problem, given.layout), stepped(problem, given.layout);
    const Io a = make_io(problem, given, whole), b = make_io(problem, given, stepped);
    ReferenceLayer<>(problem, given.weights).run(a);
    layer_by_steps(problem, given.weights, take_right_step)->run(b);
    EXPECT_TRUE(compare_bits(a.output, b.output).bitwise_equal());
    const auto same = [](const StateView<float>& x, const StateView<float>& y) {
      return !x || compare_bits(as_sequence(x), as_sequence(y)).bitwise_equal();
    };
    EXPECT_TRUE(same(a.final_h, b.final_h));
    EXPECT_TRUE(same(a.final_c, b.final_c));
  }
}

}  // namespace
}  // namespace lockstep
