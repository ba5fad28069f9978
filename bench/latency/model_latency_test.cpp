#include "bench/latency/model_latency.h"

#include <array>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "bench/latency/steps.h"
#include "bench/seed_for_test.h"
#include "verify/fake_for_test.h"
#include "verify/modules_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Row> model_rows_on(const Seed& model, const Backend& backend, std::int64_t batch = 1) {
  const std::vector<const Backend*> one{&backend};
  return model_latency_rows(std::array{model}, one, batch, std::array{1, 2}, default_seed).at(0);
}

/// The first layer of a model is its second node.
ModelSpec backwards(ModelSpec model) {
  std::get<RecurrentSpec>(model.nodes[1].kind).go_backwards = true;
  return model;
}
ModelSpec masking(ModelSpec model) {
  model.nodes.push_back({"masking", MaskingSpec{0}, {"input_layer"}, {}});
  model.nodes[1].inputs = {"masking"};
  return model;
}

TEST(ModelLatency, IsOfOneTimeStepOfABatch) {
  const FakeBackend good;
  std::vector<std::string> names;
  for (const Row& row : model_rows_on(seed_for_test(last_step(), 15), good, 3)) names.push_back(row.name);
  EXPECT_THAT(names, ElementsAre("latency/a.keras/B:3/T:1/threads:1/backend:fake",
                                 "latency/a.keras/B:3/T:1/threads:2/backend:fake"));
  const Row row = model_rows_on(seed_for_test(two_heads(), 4), good)[1];
  EXPECT_EQ(row.labels.what, "latency");
  EXPECT_EQ(row.labels.layer, "a.keras");
  EXPECT_EQ(row.labels.batch, 1);
  EXPECT_EQ(row.labels.threads, 2);
  EXPECT_EQ(row.steps_per_call, 1);
}

TEST(ModelLatency, IsVerifiedOnEveryBackend) {
  for (const Backend* backend : loaded_backends())
    for (const Seed& model : {seed_for_test(two_heads(), 4), seed_for_test(last_step(), 15)})
      for (const Row& row : model_rows_on(model, *backend, 2)) {
        const ReadyRow ready = row.make_ready();
        if (ready.verdict == "skip") continue;
        EXPECT_EQ(ready.verdict, "pass") << row.name << ": " << ready.reason;
        EXPECT_GT(ready.share_of_tolerance, 0);
        ASSERT_TRUE(ready.call);
        ready.call();
      }
}

TEST(ModelLatency, FailsForStatesThatAreNotKept) {
  for (const Fault fault : {Fault::no_state, Fault::final_state, Fault::gate_order, Fault::no_bias}) {
    const FakeBackend wrong(fault);
    const ReadyRow ready = model_rows_on(seed_for_test(two_heads(), 4), wrong)[0].make_ready();
    EXPECT_EQ(ready.verdict, "fail") << static_cast<int>(fault);
    EXPECT_THAT(ready.reason, HasSubstr("steps in turn, output dense: "));
    EXPECT_FALSE(ready.call);
  }
}

// Of a model that keeps its own states in one layer alone, all are kept: else a step would not go on.
TEST(ModelLatency, KeepsTheStatesOfLayersThatAreNotStateful) {
  ModelSpec model = two_heads();
  model.nodes.push_back(node_for_test("gru", recurrent_for_test(Cell::gru, 3, true), "lstm", 5));
  model.outputs.emplace_back("gru");
  model.nodes[1].stateful = true;
  const FakeBackend good;
  const ReadyRow ready = model_rows_on(seed_for_test(model, 4), good)[0].make_ready();
  EXPECT_EQ(ready.verdict, "pass") << ready.reason;
}

TEST(ModelLatency, IsSkippedWhereNoStepIsAlone) {
  const FakeBackend good;
  for (const auto& [model, why] :
       {std::pair(backwards(two_heads()),
                  "layer \"lstm\" goes backwards: its first step takes the last input"),
        std::pair(masking(two_heads()), "layer \"masking\" masks steps"),
        std::pair(flattened_steps(), "layer \"flatten\" shapes values")}) {
    EXPECT_THAT(why_not_in_steps(model), HasSubstr(why));
    const ReadyRow ready = model_rows_on(seed_for_test(model, 4), good)[0].make_ready();
    EXPECT_EQ(ready.verdict, "skip");
    EXPECT_EQ(ready.reason, why_not_in_steps(model));
  }
  EXPECT_EQ(why_not_in_steps(two_heads()), "");
  EXPECT_THAT(
      model_rows_on(seed_for_test(two_heads(), 4), FakeBackend(Fault::refuses))[0].make_ready().reason,
      HasSubstr("the fake refuses"));
}

}  // namespace
}  // namespace lockstep
