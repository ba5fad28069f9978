#include "backends/model.h"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "backends/allocations_for_test.h"
#include "backends/model_run_for_test.h"
#include "backends/naive_for_test.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

TEST(Model, RunsEveryHead) {
  ModelRun<float> run(two_heads(), run_shape);
  Model(two_heads(), naive(), run_shape, Exec{}).run(run.io);
  EXPECT_THAT(run.outputs, ElementsAreArray(expected_heads(run)));
}

/// naive, whose layers count how they were made.
class Packing : public Backend {
 public:
  std::string_view name() const override { return "packing"; }
  std::string version() const override { return "1"; }
  Support supports(const Problem&) const override { return Support::yes(); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    ++packed;
    return std::make_unique<Made>(*this, problem, weights);
  }
  mutable int packed = 0, shared = 0;

 private:
  struct Made : Layer {
    Made(const Packing& from, const Problem& problem, const Weights& weights)
        : by(from), what(problem), with(weights), layer(naive().prepare(problem, weights)) {}
    void run(const Io& io) override { layer->run(io); }
    std::string method() const override { return "packed"; }
    std::unique_ptr<Layer> another() const override {
      ++by.shared;
      return std::make_unique<Made>(by, what, with);
    }
    const Packing& by;
    Problem what;
    Weights with;
    std::unique_ptr<Layer> layer;
  };
};

TEST(Model, PacksALayerThatIsCalledTwiceOnce) {
  ModelRun<float> run(called_twice(), run_shape), expected(called_twice(), run_shape);
  const Packing backend;
  Model model(called_twice(), backend, run_shape, Exec{});
  EXPECT_EQ(backend.packed, 1);
  EXPECT_EQ(backend.shared, 1);
  model.run(run.io);
  Model(called_twice(), naive(), run_shape, Exec{}).run(expected.io);
  EXPECT_THAT(run.outputs, ElementsAreArray(expected.outputs));
  const Model other(called_twice(), backend, run_shape, Exec{}, InitialStates::zero, nullptr, &model);
  EXPECT_EQ(backend.packed, 1);
}

TEST(Model, PacksACallOfOtherWeightsByItself) {
  ModelSpec spec = called_twice();
  for (Node& node : spec.nodes)
    if (!node.call_of.empty()) node.weights.kernel[0] += 1;
  const Packing backend;
  const Model model(spec, backend, run_shape, Exec{});
  EXPECT_EQ(backend.packed, 2);
  EXPECT_EQ(backend.shared, 0);
}

TEST(Model, PacksALayerForEachSizeThatItIsCalledOn) {
  ModelSpec spec = two_lengths();
  std::get<InputSpec>(spec.nodes[1].kind).features = 4;
  Node& again = spec.nodes[3] = spec.nodes[2];
  again.name = "first/call_2";
  again.inputs = {"long"};
  again.call_of = "first";
  spec.nodes[4].inputs[1] = again.name;
  const Packing backend;
  const Model model(spec, backend, {2, 3, 4}, Exec{});  // of 3 and of 6 steps
  EXPECT_EQ(backend.packed, 2);
  EXPECT_EQ(backend.shared, 0);
}

TEST(Model, StartsFromTheStatesGiven) {
  ModelRun<float> run(two_heads(), run_shape);
  Model model(two_heads(), naive(), run_shape, Exec{}, InitialStates::given);
  model.run(run.io);
  EXPECT_THAT(run.outputs, ElementsAreArray(expected_heads(run)));
  run.io.initial = {{run.state_of(2), run.state_of(2)}};
  model.run(run.io);
  EXPECT_THAT(run.outputs, ElementsAreArray(expected_heads(run, run.state_of(2))));
  EXPECT_NE(expected_heads(run), expected_heads(run, run.state_of(2)));
}

TEST(Model, GoesOnWhereARunEnded) {
  ModelRun<float> whole(two_heads(), run_shape);
  Model(two_heads(), naive(), run_shape, Exec{}).run(whole.io);
  Model model(two_heads(), naive(), {2, 1, 4}, Exec{}, InitialStates::carried);
  std::vector<float> h(2 * 5), c = h, h_next = h, c_next = h;
  for (std::int64_t t = 0; t < 3; ++t) {
    ModelRun<float> step(two_heads(), {2, 1, 4});
    const SequenceView<const float>& all = whole.io.inputs[0];
    step.io.inputs = {{all.row(0, t), {2, 1, 4}, all.strides}};
    step.io.initial = {{state_view<const float>(h.data(), 2, 5), state_view<const float>(c.data(), 2, 5)}};
    step.io.ended = {{state_view(h_next.data(), 2, 5), state_view(c_next.data(), 2, 5)}};
    const long before = allocations_so_far();
    model.run(step.io);
    EXPECT_EQ(allocations_so_far(), before);
    for (std::int64_t b = 0; b < 2; ++b)
      for (std::int64_t j = 0; j < 2; ++j)
        EXPECT_EQ(step.io.outputs[0](b, 0, j), whole.io.outputs[0](b, t, j)) << t;
    const std::vector<float> h_of_model = h_next, c_of_model = c_next;
    run_reference(two_heads(), step.io);
    EXPECT_EQ(h_next, h_of_model);
    EXPECT_EQ(c_next, c_of_model);
    h.swap(h_next);
    c.swap(c_next);
  }
  whole.io.ended.resize(1);
  EXPECT_THROW(Model(two_heads(), naive(), run_shape, Exec{}).run(whole.io), std::invalid_argument);
}

TEST(Model, GivesEachRecurrentLayerItsOwnState) {
  ModelSpec spec = two_heads();
  spec.nodes.push_back(node_for_test("second", std::get<RecurrentSpec>(spec.nodes[1].kind), "lstm", 5));
  spec.nodes[2].inputs = {"second"};
  std::swap(spec.nodes[0], spec.nodes[4]);  // the states go by the order of the list, not of computing
  ModelRun<float> run(spec, run_shape);
  const BasicInitialState<float> state{run.state_of(2), run.state_of(2)};
  Model model(spec, naive(), run_shape, Exec{}, InitialStates::given);
  run.io.initial = {state, {}};
  model.run(run.io);
  const auto second_given = run.outputs;
  EXPECT_EQ(second_given[1], expected_heads(run)[1]);
  run.io.initial = {{}, state};
  model.run(run.io);
  EXPECT_EQ(run.outputs[1], expected_heads(run, run.state_of(2))[1]);
  EXPECT_NE(run.outputs[0], second_given[0]);
}

TEST(Model, AgreesWithItsReference) {
  ModelRun<float> run(last_step(), {3, 64, 15}), reference(last_step(), {3, 64, 15});
  Model(last_step(), naive(), {3, 64, 15}, Exec{2}).run(run.io);
  run_reference(last_step(), reference.io);
  EXPECT_EQ(run.outputs, reference.outputs);
}

TEST(Model, AllocatesNothingInARun) {
  ModelRun<float> run(two_heads(), run_shape);
  run.io.initial = {{run.state_of(2), run.state_of(2)}};
  Model model(two_heads(), naive(), run_shape, Exec{2}, InitialStates::given);
  const long before = allocations_so_far();
  ASSERT_GT(before, 0);
  model.run(run.io);
  EXPECT_EQ(allocations_so_far(), before);
}

TEST(Model, PassesThroughDropout) {
  ModelSpec spec = two_heads();
  spec.nodes.push_back({"dropout", DropoutSpec{0.5}, {"lstm"}, {}});
  spec.nodes[2].inputs = {"dropout"};
  ModelRun<float> run(spec, run_shape);
  Model(spec, naive(), run_shape, Exec{}).run(run.io);
  EXPECT_THAT(run.outputs, ElementsAreArray(expected_heads(run)));
}

TEST(Model, ReturnsAnOutputThatOthersReadTooAndItsInput) {
  ModelSpec spec = two_heads();
  spec.nodes.push_back({"dropout", DropoutSpec{0.5}, {"dense"}, {}});
  spec.nodes.push_back({"activation", ActivationSpec{}, {"dense"}, {}});
  spec.outputs = {"dropout", "dense", "time_distributed", "input_layer", "activation"};
  ModelRun<float> run(spec, run_shape);
  Model(spec, naive(), run_shape, Exec{}).run(run.io);
  const auto heads = expected_heads(run);
  EXPECT_EQ(run.outputs[0], heads[0]);
  EXPECT_EQ(run.outputs[1], heads[0]);
  EXPECT_EQ(run.outputs[2], heads[1]);
  EXPECT_EQ(run.outputs[3], run.input);
  EXPECT_EQ(run.outputs[4], heads[0]);
}

/// A library without TimeDistributed and without threads.
class Narrow : public Backend {
 public:
  std::string_view name() const override { return "narrow"; }
  std::string version() const override { return "1"; }
  Support supports(const Problem& problem) const override {
    const auto* dense = as_dense(problem);
    return dense != nullptr && dense->style == DenseStyle::time_distributed
               ? Support::no("there is no loop over time steps")
               : Support::yes();
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    return naive().prepare(problem, weights);
  }
};

TEST(Model, SaysWhichLayerIsNotSupported) {
  const Narrow backend;
  const Support support = supports(backend, two_heads(), run_shape, Exec{});
  ASSERT_FALSE(support);
  EXPECT_EQ(
      support.why(),
      "layer \"time_distributed\" (dense/B:2/T:3/F:5/U:2/style:time_distributed/threads:1): there is no "
      "loop over time steps");
  EXPECT_TRUE(supports(backend, with_dense_style(two_heads(), DenseStyle::flattened), run_shape, Exec{}));
  try {
    Model(two_heads(), backend, run_shape, Exec{});
    FAIL() << "a layer without support was prepared";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("narrow"), HasSubstr("\"time_distributed\"")));
  }
}

TEST(Model, RefusesAShapeThatItsInputDoesNotTake) {
  EXPECT_THROW(Model(two_heads(), naive(), {2, 3, 5}, Exec{}), std::invalid_argument);
  EXPECT_THROW(Model(last_step(), naive(), {2, 63, 15}, Exec{}), std::invalid_argument);
  EXPECT_THROW(Model(two_heads(), naive(), {0, 3, 4}, Exec{}), std::invalid_argument);
}

TEST(Model, RefusesAShapeThatNoMemoryHolds) {
  constexpr std::int64_t largest = std::int64_t{1} << 24;
  const ModelSpec spec{"wide",
                       false,
                       {{"input_layer", InputSpec{{}, largest}, {}, {}},
                        {"activation", ActivationSpec{}, {"input_layer"}, {}}},
                       {"activation"}};
  EXPECT_THROW(Model(spec, naive(), {largest, largest, largest}, Exec{}), std::invalid_argument);
}

TEST(Model, RefusesViewsThatDoNotFit) {
  Model model(two_heads(), naive(), run_shape, Exec{});
  ModelRun<float> longer(two_heads(), {2, 4, 4}), run(two_heads(), run_shape);
  EXPECT_THROW(model.run(longer.io), std::invalid_argument);
  auto io = run.io;
  io.outputs.pop_back();
  EXPECT_THROW(model.run(io), std::invalid_argument);
  io = run.io;
  io.outputs[1].data = nullptr;
  EXPECT_THROW(model.run(io), std::invalid_argument);
  run.io.initial = {{run.state_of(2), run.state_of(2)}};
  EXPECT_THROW(model.run(run.io), std::invalid_argument) << "it was prepared for states of zero";
}

TEST(Model, SaysHowEachLayerIsComputed) {
  EXPECT_EQ(Model(two_heads(), naive(), run_shape, Exec{}).method(),
            "lstm: loops; dense: loops; time_distributed: loops");
}

}  // namespace
}  // namespace lockstep
