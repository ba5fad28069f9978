#include "bench/layer_rows.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "bench/work.h"
#include "cases/expand.h"
#include "verify/fake_for_test.h"
#include "verify/modules_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Case> cases_from(std::initializer_list<const char*> texts) {
  std::vector<Case> cases;
  for (const char* text : texts)
    for (const Problem& problem : expand_problems(text)) cases.push_back({problem, "a test"});
  return cases;
}

class LayerRows : public ::testing::Test {
 protected:
  std::vector<RowGroup> rows(std::initializer_list<const char*> texts, Timed timed = Timed::run) const {
    return layer_rows(cases_from(texts), backends, timed, std::make_shared<Oracle>(1));
  }
  ReadyRow ready(const char* text, const Backend& backend, Timed timed = Timed::run) const {
    const std::vector<const Backend*> one{&backend};
    const auto groups = layer_rows(cases_from({text}), one, timed, std::make_shared<Oracle>(1));
    return groups.front().front().make_ready();
  }
  const FakeBackend good, other{Fault::none, "other"};
  const std::vector<const Backend*> backends{&good, &other};
};

TEST_F(LayerRows, AreNamedByEveryIndependentVariable) {
  std::vector<std::string> names;
  for (const auto& group :
       rows({"lstm/B:1/T:256/F:32/U:64/seq:1", "dense/B:2/T:3/F:4/U:5/style:time_distributed/threads:2"}))
    for (const Row& row : group) names.push_back(row.name);
  EXPECT_THAT(names, ElementsAre("lstm/B:1/T:256/F:32/U:64/seq:1/threads:1/backend:fake",
                                 "lstm/B:1/T:256/F:32/U:64/seq:1/threads:1/backend:other",
                                 "dense/B:2/T:3/F:4/U:5/style:time_distributed/threads:2/backend:fake",
                                 "dense/B:2/T:3/F:4/U:5/style:time_distributed/threads:2/backend:other"));
  EXPECT_EQ(rows({"gru/B:1/T:2/F:3/U:4/seq:0"}, Timed::prepare)[0][0].name.substr(0, 12), "prepare/gru/");
}

TEST_F(LayerRows, SayWhatTheyComputeForARoof) {
  const char* const text = "gru/B:2/T:3/F:4/U:5/seq:1/threads:2";
  const Row run = rows({text})[0][0];
  ASSERT_EQ(run.layers.size(), 1U);
  EXPECT_EQ(run.layers[0].problem, parse_problem(text));
  EXPECT_EQ(run.layers[0].passes, Passes::forward);
  EXPECT_TRUE(rows({text}, Timed::prepare)[0][0].layers.empty());
}

TEST_F(LayerRows, HaveTheirVariablesAsLabels) {
  const Row row = rows({"gru/B:2/T:3/F:4/U:5/seq:1/reset_after:0/back:1/threads:2"})[0][1];
  EXPECT_EQ(row.labels.what, "run");
  EXPECT_EQ(row.labels.layer, "gru");
  EXPECT_THAT(row.labels.variant, HasSubstr("reset_after:0"));
  EXPECT_THAT(row.labels.variant, HasSubstr("back:1"));
  EXPECT_EQ(row.labels.batch, 2);
  EXPECT_EQ(row.labels.time_steps, 3);
  EXPECT_EQ(row.labels.features, 4);
  EXPECT_EQ(row.labels.units, 5);
  EXPECT_EQ(row.labels.threads, 2);
  EXPECT_EQ(row.labels.backend, "other");
  EXPECT_EQ(row.steps_per_call, 6);
  EXPECT_EQ(row.flops_per_call, flops(parse_problem("gru/B:2/T:3/F:4/U:5")));
  EXPECT_EQ(rows({"lstm/B:2/T:3/F:4/U:5/seq:1"})[0][0].labels.variant, "");
}

TEST_F(LayerRows, AreGroupedWhereBackendThreadsOrStyleDiffer) {
  std::vector<std::size_t> sizes;
  for (const auto& group :
       rows({"lstm/B:2/T:3,4/F:4/U:5/seq:1/threads:1,2",
             "dense/B:2/T:3/F:4/U:5/style:flattened,time_distributed", "gru/B:2/T:3/F:4/U:5"}))
    sizes.push_back(group.size());
  EXPECT_THAT(sizes, ElementsAre(4, 4, 4, 2));
}

TEST_F(LayerRows, ComputeNothingBeforeTheyAreMadeReady) {
  const FakeBackend broken(Fault::throws_in_prepare);
  const std::vector<const Backend*> one{&broken};
  EXPECT_NO_THROW(
      layer_rows(cases_from({"lstm/B:2/T:3/F:4/U:5"}), one, Timed::run, std::make_shared<Oracle>(1)));
}

TEST_F(LayerRows, AreVerifiedWhenMadeReady) {
  const char* text = "lstm/B:2/T:5/F:4/U:6/seq:1";
  for (const Timed timed : {Timed::run, Timed::prepare}) {
    const ReadyRow right = ready(text, good, timed);
    EXPECT_EQ(right.verdict, "pass") << right.reason;
    EXPECT_EQ(right.method, "fake");
    EXPECT_GT(right.share_of_tolerance, 0);
    right.call();
    const ReadyRow wrong = ready(text, FakeBackend(Fault::gate_order), timed);
    EXPECT_EQ(wrong.verdict, "fail");
    EXPECT_THAT(wrong.reason, HasSubstr("times the tolerance"));
    EXPECT_FALSE(wrong.call);
  }
}

TEST_F(LayerRows, AreSkippedWithTheReason) {
  const ReadyRow refused = ready("lstm/B:2/T:5/F:4/U:6", FakeBackend(Fault::refuses));
  EXPECT_EQ(refused.verdict, "skip");
  EXPECT_EQ(refused.reason, "the fake refuses");
  EXPECT_FALSE(refused.call);
}

TEST_F(LayerRows, FailWhereTheBackendThrows) {
  for (const Fault fault : {Fault::throws_in_prepare, Fault::throws_in_run}) {
    const ReadyRow broken = ready("lstm/B:2/T:5/F:4/U:6", FakeBackend(fault));
    EXPECT_EQ(broken.verdict, "fail");
    EXPECT_EQ(broken.reason, "threw: the mutant broke");
    EXPECT_FALSE(broken.call);
  }
}

/// Counts the bytes it is given, and where.
class Recorder : public Backend {
 public:
  struct Run : Layer {
    Run(const Recorder& recorder, const Problem& problem, const Weights& weights)
        : owner(recorder), inner(problem, weights, Fault::none) {}
    void run(const Io& io) override {
      owner.inputs.push_back(io.input.data);
      owner.outputs.push_back(io.output.data);
      inner.run(io);
    }
    std::string method() const override { return "records"; }
    const Recorder& owner;
    FakeLayer inner;
  };
  std::string_view name() const override { return "recorder"; }
  std::string version() const override { return ""; }
  Support supports(const Problem&) const override { return Support::yes(); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    return std::make_unique<Run>(*this, problem, weights);
  }
  mutable std::vector<const void*> inputs, outputs;
};

TEST_F(LayerRows, OfAGroupShareTheirData) {
  const Recorder recorder;
  const std::vector<const Backend*> two{&recorder, &recorder};
  const auto group = layer_rows(cases_from({"lstm/B:2/T:3/F:4/U:5/seq:1/threads:1,2"}), two, Timed::run,
                                std::make_shared<Oracle>(1))[0];
  std::vector<ReadyRow> ready;
  for (const Row& row : group) ready.push_back(row.make_ready());
  recorder.inputs.clear();
  recorder.outputs.clear();
  for (const ReadyRow& row : ready) row.call();
  ASSERT_EQ(recorder.inputs.size(), 4U);
  for (int i = 1; i < 4; ++i) {
    EXPECT_EQ(recorder.inputs[static_cast<std::size_t>(i)], recorder.inputs[0]);
    EXPECT_EQ(recorder.outputs[static_cast<std::size_t>(i)], recorder.outputs[0]);
  }
}

TEST_F(LayerRows, PassOnEveryBackend) {
  const auto groups =
      layer_rows(cases_from({"simple_rnn,lstm,gru/B:2/T:9/F:5/U:8/seq:1", "dense/B:2/T:9/F:5/U:8"}),
                 loaded_backends(), Timed::run, std::make_shared<Oracle>(1));
  for (const RowGroup& group : groups)
    for (const Row& row : group) {
      const ReadyRow made = row.make_ready();
      if (made.verdict == "skip") continue;
      EXPECT_EQ(made.verdict, "pass") << row.name << ": " << made.reason;
      EXPECT_NO_THROW(made.call()) << row.name;
    }
}

TEST_F(LayerRows, CountTheAllocationsOfACall) {
  const ReadyRow prepares = ready("lstm/B:2/T:5/F:4/U:6/seq:1", good, Timed::prepare);
  EXPECT_GT(prepares.allocations, 0);  // a layer, its copy of the weights
  EXPECT_EQ(ready("lstm/B:2/T:5/F:4/U:6/seq:1", good).allocations, 0);
}

}  // namespace
}  // namespace lockstep
