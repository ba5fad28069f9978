#include "verify/single_steps.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "backends/reference.h"
#include "verify/case_for_test.h"
#include "verify/check.h"
#include "verify/fake_for_test.h"
#include "verify/relations/planted_for_test.h"

namespace lockstep {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::StartsWith;

SingleSteps steps_of(const std::string& text) {
  const Case one = case_for_test(text);
  return {one.problem, make_given(one)};
}
/// What a right layer answers at float.
Asked<float> answer(const SingleSteps& steps) {
  Asked<float> asked(steps.problem, Layout::time_major);
  reference::LayerRows<float>(steps.problem, steps.given.weights)
      .run(make_io(steps.problem, steps.given, asked), 0, steps.problem.shape.batch);
  return asked;
}
Comparison compare_h(const SingleSteps& steps, const Asked<float>& asked) {
  return steps.compare_h(state_view<const float>(asked.final_h.data(), asked.dims[0], asked.dims[2]));
}

TEST(SingleSteps, HaveARowForEachStepOfTheProbedRows) {
  const SingleSteps steps = steps_of("lstm/B:3/T:7/F:5/U:9/seq:1/threads:2");
  EXPECT_EQ(steps.problem.shape, (Shape{21, 1, 5}));
  EXPECT_EQ(steps.problem.exec.threads, 2);
  EXPECT_TRUE(steps.problem.extras.initial_state && steps.problem.extras.final_state);
  EXPECT_THAT(steps.places[0], ElementsAre(0, 0));
  EXPECT_THAT(steps.places[4], ElementsAre(1, 1));
  EXPECT_THAT(steps.places[20], ElementsAre(2, 6));
}

TEST(SingleSteps, GoInTheOrderOfProcessingAndLeaveOutWhatIsMasked) {
  EXPECT_THAT(steps_of("gru/B:1/T:3/F:5/U:9/back:1").places,
              ElementsAre(ElementsAre(0, 2), ElementsAre(0, 1), ElementsAre(0, 0)));
  const Case masked = case_for_test("gru/B:2/T:9/F:5/U:9/mask:full");
  const Given given = make_given(masked);
  std::size_t counted = 0;
  for (const auto counts : given.mask) counted += counts != 0;
  const SingleSteps steps(masked.problem, given);
  EXPECT_EQ(steps.places.size(), counted);
  for (const auto& [b, t] : steps.places) EXPECT_EQ(given.mask[static_cast<std::size_t>(b * 9 + t)], 1);
}

/// Each row starts where the row before it of the same sequence ended, rounded to float.
TEST(SingleSteps, FollowTheOraclesPath) {
  const Case one = case_for_test("lstm/B:2/T:6/F:5/U:9/seq:1/state:1");
  const Given given = make_given(one);
  const SingleSteps steps(one.problem, given);
  for (std::int64_t j = 0; j < 9; ++j) {
    EXPECT_EQ(steps.given.initial_h[9 + j], given.initial_h[9 + j]);
    EXPECT_EQ(steps.given.initial_c[j], given.initial_c[j]);
    for (std::int64_t row = 2; row < 12; ++row) {
      EXPECT_EQ(steps.given.initial_h[row * 9 + j],
                static_cast<float>(steps.expected.final_h[(row - 2) * 9 + j]));
      EXPECT_EQ(steps.given.initial_c[row * 9 + j],
                static_cast<float>(steps.expected.final_c[(row - 2) * 9 + j]));
    }
  }
}

TEST(SingleSteps, PassARightLayerAndPlaceAWrongValue) {
  const SingleSteps steps = steps_of("gru/B:3/T:7/F:5/U:9/seq:1");
  const Asked<float> asked = answer(steps);
  EXPECT_TRUE(compare_h(steps, asked).holds());
  asked.final_h[(3 * 4 + 2) * 9 + 5] += 1e-4F;
  const Comparison found = compare_h(steps, asked);
  EXPECT_EQ(found.over, 1);
  EXPECT_THAT(found.first.place, ElementsAre(2, 4, 5));
  EXPECT_THAT(found.worst.place, ElementsAre(2, 4, 5));
}

TEST(SingleSteps, FindWhatASequenceHides) {
  // Right where no state is given: only single steps, which are given one, show it.
  const Case one = case_for_test("gru/B:3/T:7/F:5/U:9/seq:1");
  const Finding found = check(FakeBackend(Fault::no_state), one, Expected(one.problem, make_given(one), 1));
  EXPECT_EQ(found.verdict, Verdict::fail);
  EXPECT_THAT(found.failed, ElementsAre("step"));
  EXPECT_THAT(found.reason, StartsWith("single steps, h: "));
  EXPECT_GT(found.step_share, 1);
}

TEST(SingleSteps, FindWhatIsWrittenOutside) {
  const Case one = case_for_test("gru/B:3/T:7/F:5/U:9/seq:1");
  PlantedBackend backend;
  backend.run = [](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    if (problem.shape.time_steps == 1) io.final_h.data[-1] = 0;
  };
  const Finding found = check(backend, one, Expected(one.problem, make_given(one), 1));
  EXPECT_THAT(found.failed, ElementsAre("guards"));
  EXPECT_EQ(found.reason, "single steps: wrote outside its outputs");
}

TEST(SingleSteps, ThatABackendRefusesAreSaidToBeMissing) {
  const Case one = case_for_test("gru/B:3/T:7/F:5/U:9/seq:1");
  PlantedBackend backend;
  backend.answer = [](const Problem& problem) {
    return problem.extras.final_state ? Support::no("no states") : Support::yes();
  };
  const Finding found = check(backend, one, Expected(one.problem, make_given(one), 1));
  EXPECT_EQ(found.method, "planted; no single steps: no states");
  EXPECT_EQ(found.step_share, 0);
}

/// Each row is allowed what its own values are worth, however large those of others.
TEST(SingleSteps, MeasureEachStepByItsOwnValues) {
  Case growing = case_for_test("simple_rnn/B:1/T:30/F:5/U:9/seq:1/act:linear");
  growing.gain = 4;
  const SingleSteps steps(growing.problem, make_given(growing));
  const Asked<float> asked = answer(steps);
  double first = 0, last = 0;
  for (std::int64_t j = 0; j < 9; ++j) {
    first = std::max(first, std::abs(steps.expected.final_h[j]));
    last = std::max(last, std::abs(steps.expected.final_h[29 * 9 + j]));
  }
  ASSERT_GT(last, 1e6 * first);
  EXPECT_TRUE(compare_h(steps, asked).holds());
  asked.final_h[3] += 1e-3F;
  EXPECT_THAT(compare_h(steps, asked).first.place, ElementsAre(0, 0, 3));
}

TEST(SingleSteps, OfAnEntirelyMaskedProblemAreNone) {
  const Case one = case_for_test("gru/B:1/T:3/F:5/U:9/mask:full");
  EXPECT_EQ(SingleSteps(one.problem, make_given(one)).problem.shape.batch, 0);
  EXPECT_EQ(check(FakeBackend(), one, Expected(one.problem, make_given(one), 1)).verdict, Verdict::untrusted);
}

}  // namespace
}  // namespace lockstep
