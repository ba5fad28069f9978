#include "verify/check.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/modules_for_test.h"
#include "verify/mutants/mutant_backend.h"

namespace lockstep {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

Finding checked(const Backend& backend, const char* text) {
  const Case one{parse_problem(text), "a test"};
  return check(backend, one, Expected(one.problem, make_given(one.problem, one.seed), 1));
}
Finding checked(const char* mutant, const char* text) {
  return checked(MutantBackend(find_mutant(mutant)), text);
}

constexpr const char* lstm = "lstm/B:3/T:7/F:5/U:9/seq:1/state:1/final:1/pass:training";

TEST(CheckGradients, PassARightLayer) {
  const MutantBackend right(control());
  for (const char* text :
       {lstm, "gru/B:1/T:7/F:5/U:9/reset_after:0/pass:training",
        "gru/B:3/T:7/F:5/U:9/seq:1/mask:holes/pass:training", "simple_rnn/B:3/T:1/F:5/U:9/pass:training",
        "dense/B:3/T:7/F:5/U:9/act:relu/pass:training", "activation/B:3/T:7/F:5/act:softmax/pass:training"}) {
    const Finding found = checked(right, text);
    EXPECT_EQ(found.verdict, Verdict::pass) << text << ": " << found.reason;
    EXPECT_LE(found.share_of_tolerance(), 1) << text;
  }
}

TEST(CheckGradients, SayWhichGradientIsWrongAndWhere) {
  const Finding bias = checked("bias_of_one_step", lstm);
  EXPECT_EQ(bias.verdict, Verdict::fail);
  EXPECT_THAT(bias.reason,
              MatchesRegex("gradient of bias: [0-9]+ of 36 values off, up to [-0-9.e+]+ times the tolerance, "
                           "first at gate 0, row 0, unit [0-9]: expected [-0-9.e]+, got [-0-9.e]+ "
                           "\\(tolerance [-0-9.e]+\\)"));
  EXPECT_THAT(bias.failed, Contains("gradients"));
  EXPECT_THAT(checked("input_gradient_of_last_step_missing", lstm).reason,
              HasSubstr("gradient of input: 15 of 105 values off"));
  EXPECT_THAT(checked("initial_c_gradient_not_written", lstm).reason,
              HasSubstr("gradient of initial_c: 27 of 27 values not written or not finite"));
}

TEST(CheckGradients, FindWhatTheNumbersOfOneRunDoNotShow) {
  EXPECT_THAT(checked("input_gradient_layout_ignored", lstm).failed, Contains("layout"));
  EXPECT_THAT(checked("input_gradient_past_its_end", lstm).failed, Contains("guards"));
  EXPECT_THAT(checked("weights_add_to_last_call", lstm).failed, Contains("repeat"));
  EXPECT_THAT(checked("update_ignored", lstm).failed, Contains("update"));
  EXPECT_THAT(checked("update_ignored_on_the_way_back", lstm).failed, Contains("update"));
  EXPECT_THAT(checked("backward_throws", lstm).reason, "threw: the mutant broke");
}

/// Nothing went in that could come back.
TEST(CheckGradients, DoNotTrustZeros) {
  const MutantBackend right(control());
  EXPECT_EQ(checked(right, "gru/B:1/T:3/F:5/U:9/seq:1/mask:full/pass:training").verdict, Verdict::untrusted);
}

/// What stays within the tolerance on every backend, and would not if its errors were 100 times as large.
TEST(CheckGradients, ToleranceIsNotLoose) {
  for (const char* text :
       {"simple_rnn/B:5/T:33/F:17/U:31/seq:1/pass:training", "lstm/B:5/T:33/F:17/U:31/seq:1/pass:training",
        "gru/B:5/T:33/F:17/U:31/seq:1/pass:training",
        "gru/B:5/T:33/F:17/U:31/seq:1/reset_after:0/pass:training",
        "dense/B:5/T:33/F:17/U:31/act:tanh/pass:training",
        "activation/B:5/T:33/F:17/act:softmax/pass:training"})
    for (const Backend* backend : loaded_backends()) {
      if (!backend->supports(parse_problem(text))) continue;
      const Finding found = checked(*backend, text);
      EXPECT_EQ(found.verdict, Verdict::pass) << backend->name() << " " << text << ": " << found.reason;
      EXPECT_GT(100 * found.share_of_tolerance(), 1) << backend->name() << " " << text;
    }
}

}  // namespace
}  // namespace lockstep
