#include "bench/latency/layer_latency.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "bench/allocations.h"
#include "bench/work.h"
#include "cases/expand.h"
#include "verify/fake_for_test.h"
#include "verify/modules_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<RowGroup> rows_of(const char* text, const Backend& backend) {
  std::vector<Case> cases;
  for (const Problem& problem : expand_problems(text)) cases.push_back({problem, "a test"});
  const std::vector<const Backend*> one{&backend};
  return layer_latency_rows(cases, one);
}
ReadyRow ready(const char* text, const Backend& backend) {
  return rows_of(text, backend).at(0).at(0).make_ready();
}

TEST(LayerLatency, IsOfOneTimeStepOfEachLayer) {
  const FakeBackend good;
  const auto groups = rows_of("lstm/B:2/T:3,40/F:5/U:7/seq:0,1/threads:1,2", good);
  ASSERT_EQ(groups.size(), 1U);
  std::vector<std::string> names;
  for (const Row& row : groups[0]) names.push_back(row.name);
  EXPECT_THAT(names,
              ElementsAre("latency/lstm/B:2/T:1/F:5/U:7/seq:1/state:1/final:1/threads:1/backend:fake",
                          "latency/lstm/B:2/T:1/F:5/U:7/seq:1/state:1/final:1/threads:2/backend:fake"));
  const Row& row = groups[0][1];
  EXPECT_EQ(row.labels.what, "latency");
  EXPECT_EQ(row.labels.variant, "");
  EXPECT_EQ(row.labels.time_steps, 1);
  EXPECT_EQ(row.labels.threads, 2);
  EXPECT_EQ(row.steps_per_call, 2);
  EXPECT_EQ(row.flops_per_call, flops(parse_problem("lstm/B:2/T:1/F:5/U:7")));
}

TEST(LayerLatency, IsVerifiedOnEveryBackend) {
  int passed = 0;
  for (const char* text : {"lstm/F:5/U:7", "gru/B:3/F:5/U:17", "gru/F:1/U:8/reset_after:0",
                           "simple_rnn/F:5/U:7", "dense/F:5/U:7", "lstm/F:5/U:64/threads:2"})
    for (const Backend* backend : loaded_backends()) {
      const ReadyRow row = ready(text, *backend);
      if (row.verdict == "skip") continue;
      EXPECT_EQ(row.verdict, "pass") << text << " on " << backend->name() << ": " << row.reason;
      EXPECT_GT(row.share_of_tolerance, 0);
      EXPECT_GT(row.prepare_seconds, 0);
      EXPECT_GT(row.first_call_seconds, 0);
      ASSERT_TRUE(row.call);
      row.call();
      ++passed;
    }
  EXPECT_GE(passed, 6);
}

TEST(LayerLatency, FailsForAStepThatIsWrong) {
  for (const Fault fault : {Fault::gate_order, Fault::no_state, Fault::final_state, Fault::differs,
                            Fault::remembers, Fault::writes_after, Fault::leaves_one}) {
    const ReadyRow wrong = ready("lstm/B:2/F:5/U:7", FakeBackend(fault));
    EXPECT_EQ(wrong.verdict, "fail") << static_cast<int>(fault);
    EXPECT_FALSE(wrong.reason.empty());
    EXPECT_FALSE(wrong.call);
  }
}

TEST(LayerLatency, FailsWhereTheBackendThrows) {
  for (const Fault fault : {Fault::throws_in_prepare, Fault::throws_in_run})
    EXPECT_EQ(ready("lstm/F:5/U:7", FakeBackend(fault)).reason, "threw: the mutant broke");
}

/// Of a backend that hands the layer wrong states on from one call to the next, which no single step shows.
class ForgetsEveryOther : public Backend {
 public:
  std::string_view name() const override { return "forgets"; }
  std::string version() const override { return "of this test"; }
  Support supports(const Problem&) const override { return Support::yes(); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    struct Forgets : Layer {
      explicit Forgets(std::unique_ptr<Layer> right) : layer(std::move(right)) {}
      std::string method() const override { return "forgets"; }
      void run(const Io& io) override {
        Io given = io;
        if (++calls > 3 && calls < 6) given.initial_h = {};
        layer->run(given);
      }
      std::unique_ptr<Layer> layer;
      int calls = 0;
    };
    return std::make_unique<Forgets>(FakeBackend().prepare(problem, weights));
  }
};

TEST(LayerLatency, ComparesTheStepsInTurnWithTheWholeSequence) {
  const ReadyRow wrong = ready("lstm/B:2/F:5/U:7", ForgetsEveryOther());
  EXPECT_EQ(wrong.verdict, "fail");
  EXPECT_THAT(wrong.reason, HasSubstr("steps in turn: "));
  EXPECT_THAT(wrong.reason, HasSubstr("first at step 3"));
}

TEST(LayerLatency, IsSkippedWhereNoStepIsAlone) {
  const FakeBackend good;
  EXPECT_THAT(ready("lstm/F:5/U:7/back:1", good).reason, HasSubstr("goes backwards"));
  EXPECT_THAT(ready("lstm/B:2/T:5/F:5/U:7/mask:right", good).reason, HasSubstr("masked step"));
  EXPECT_THAT(ready("lstm/F:5/U:7/pass:training", good).reason, HasSubstr("inference"));
  EXPECT_EQ(ready("lstm/F:5/U:7/back:1", good).verdict, "skip");
  EXPECT_EQ(ready("lstm/F:5/U:7", FakeBackend(Fault::refuses)).reason, "the fake refuses");
}

TEST(LayerLatency, CallsAllocateNothingOfTheirOwn) {
  const ReadyRow row = ready("lstm/B:2/F:5/U:7", *loaded_backends().front());
  ASSERT_TRUE(row.call) << row.reason;
  row.call();
  EXPECT_EQ(allocations_of([&] {
              for (int i = 0; i < 200; ++i) row.call();
            }),
            0);
}

TEST(LayerLatency, VerifiesFewerStepsOfWhatIsLarge) {
  EXPECT_EQ(steps_to_verify(0), 64);
  EXPECT_EQ(steps_to_verify(1e6), 64);
  EXPECT_EQ(steps_to_verify(5e7), 10);
  EXPECT_EQ(steps_to_verify(1e12), 4);
}

}  // namespace
}  // namespace lockstep
