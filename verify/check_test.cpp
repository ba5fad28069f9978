#include "verify/check.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/case_for_test.h"
#include "verify/fake_for_test.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

Finding checked(Fault fault, const std::string& text) {
  const Case one = case_for_test(text);
  return check(FakeBackend(fault), one, Expected(one.problem, make_given(one.problem, one.seed), 1));
}

struct Planted {
  Fault fault;
  std::vector<std::string> cells;  // that can have it
  std::string reason;
};

const std::vector<std::string> every_cell{"simple_rnn", "lstm", "gru"};
const std::string wrong_output =
    "output: [0-9]+ of 189 values off, up to [0-9.e+]+ times the tolerance, first at step [0-9], batch "
    "[0-9], unit "
    "[0-9]: expected [-0-9.e]+, got [-0-9.e]+ \\(tolerance [-0-9.e]+\\)";
const std::vector<Planted> all_planted{
    {Fault::gate_order, {"lstm", "gru"}, wrong_output},
    {Fault::no_bias, every_cell, wrong_output},
    {Fault::no_state, every_cell, wrong_output},
    {Fault::remembers, every_cell, wrong_output},
    {Fault::last_step, every_cell, "output: 9 of 189 values off, .*, first at step 6, batch 2, unit .*"},
    {Fault::final_state, every_cell, "final h: 9 of 27 values off, .*, first at step 0, batch 2, unit .*"},
    {Fault::layout, every_cell, "batch-major: output: [0-9]+ of 189 values off, .*"},
    {Fault::writes_before, every_cell, "wrote outside its outputs"},
    {Fault::writes_after, every_cell, "wrote outside its outputs"},
    {Fault::leaves_one, every_cell,
     "output: 1 of 189 values not written or not finite, 1 off, first at step 6, batch 2, unit 8: .*nan"},
    {Fault::differs, every_cell, "two runs on the same input differ"},
    {Fault::throws_in_prepare, every_cell, "threw: the mutant broke"},
    {Fault::throws_in_run, every_cell, "threw: the mutant broke"},
};

/// Every fault in every cell that can have it is found, and named.
TEST(CheckFake, FailsWithAReasonThatNamesTheFault) {
  for (const Planted& planted : all_planted)
    for (const std::string& cell : planted.cells) {
      SCOPED_TRACE(cell + ", fault " + std::to_string(static_cast<int>(planted.fault)));
      const Finding found = checked(planted.fault, cell + "/B:3/T:7/F:5/U:9/seq:1/state:1/final:1");
      EXPECT_EQ(found.verdict, Verdict::fail);
      EXPECT_THAT(found.reason, MatchesRegex(planted.reason));
      EXPECT_EQ(found.backend, "fake");
    }
}

TEST(CheckFake, RememberedStateIsFoundWhereNoneIsGiven) {
  // The first run is right; only a second one tells.
  EXPECT_EQ(checked(Fault::remembers, "gru/B:3/T:7/F:5/U:9/seq:1").reason,
            "two runs on the same input differ");
}

TEST(CheckFake, PassesARightOne) {
  for (const char* text : {"lstm/B:3/T:7/F:5/U:9/seq:1/state:1/final:1", "gru/B:1/T:7/F:5/U:9/reset_after:0",
                           "simple_rnn/B:3/T:1/F:5/U:9", "lstm/B:4/T:9/F:5/U:9/seq:1/mask:holes/final:1",
                           "gru/B:3/T:7/F:5/U:9/seq:1/back:1", "dense/B:3/T:7/F:5/U:9/style:time_distributed",
                           "activation/B:3/T:7/F:5/act:softmax"}) {
    const Finding found = checked(Fault::none, text);
    EXPECT_EQ(found.verdict, Verdict::pass) << text << ": " << found.reason;
    EXPECT_EQ(found.reason, "");
    EXPECT_EQ(found.method, "fake");
    EXPECT_GT(found.tolerance, 0);
    EXPECT_LE(found.share_of_tolerance(), 1);
    EXPECT_GE(found.milliseconds, 0);
  }
}

TEST(CheckFake, SkipsWhatIsRefusedWithTheReason) {
  const Finding found = checked(Fault::refuses, "lstm/B:3/T:7/F:5/U:9");
  EXPECT_EQ(found.verdict, Verdict::skip);
  EXPECT_EQ(found.reason, "the fake refuses");
  EXPECT_EQ(found.share_of_tolerance(), 0);
}

TEST(CheckFake, DoesNotTrustWhatAnyLayerCouldCompute) {
  const Case one = case_for_test("gru/B:3/T:7/F:5/U:9/seq:1");
  Given given = make_given(one.problem, one.seed);
  for (auto* values : {&given.weights.kernel, &given.weights.bias})
    std::fill(values->begin(), values->end(), 0.0F);
  const FakeBackend backend;
  const auto layer = backend.prepare(one.problem, given.weights);
  const Finding found = check_layer(backend, *layer, one, given, Expected(one.problem, given, 1));
  EXPECT_EQ(found.verdict, Verdict::untrusted);
  EXPECT_THAT(found.reason, HasSubstr("100 % of the expected outputs are zero"));
}

TEST(CheckFake, FailsRatherThanDistrusts) {
  const Case one = case_for_test("gru/B:3/T:7/F:5/U:9/seq:1");
  Given given = make_given(one.problem, one.seed);
  const FakeBackend backend;
  const auto layer = backend.prepare(one.problem, given.weights);  // with other weights than expected
  std::fill(given.weights.kernel.begin(), given.weights.kernel.end(), 0.0F);
  std::fill(given.weights.bias.begin(), given.weights.bias.end(), 0.0F);
  const Finding found = check_layer(backend, *layer, one, given, Expected(one.problem, given, 1));
  EXPECT_EQ(found.verdict, Verdict::fail);
  EXPECT_THAT(found.reason, StartsWith("output: "));
}

TEST(CheckFake, AnOracleThatOverflowsIsNoPass) {
  const Case one = case_for_test("simple_rnn/B:1/T:3/F:5/U:9/seq:1/act:linear");
  Given given = make_given(one.problem, one.seed);
  given.input[2] = std::numeric_limits<float>::infinity();
  const FakeBackend backend;
  const auto layer = backend.prepare(one.problem, given.weights);
  const Finding found = check_layer(backend, *layer, one, given, Expected(one.problem, given, 1));
  EXPECT_EQ(found.verdict, Verdict::untrusted);
  EXPECT_THAT(found.reason, HasSubstr("expected outputs are beyond float's range"));
  Case growing = case_for_test("simple_rnn/B:1/T:100/F:8/U:16/seq:1/act:linear");  // to some 1e50
  growing.gain = 4;
  EXPECT_EQ(check(backend, growing, Expected(growing.problem, make_given(growing), 1)).verdict,
            Verdict::untrusted);
}

}  // namespace
}  // namespace lockstep
