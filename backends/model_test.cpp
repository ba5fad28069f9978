#include "backends/model.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "backends/model_reference.h"
#include "backends/naive_for_test.h"
#include "backends/refusal_for_test.h"

namespace {
std::atomic<long> allocations{0};
void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* memory = nullptr;
  if (::posix_memalign(&memory, std::max(alignment, sizeof(void*)), size) != 0) throw std::bad_alloc();
  return memory;
}
}  // namespace
void* operator new(std::size_t size) {
  return counted(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

/// Input, states and outputs of one run, batch-major.
template <class Real>
struct ModelRun {
  ModelRun(const ModelSpec& model, const Shape& shape)
      : dims(output_dims(model, shape)),
        input(some<Real>(shape.batch * shape.time_steps * shape.features, 0.1F)),
        state(some<Real>(shape.batch * 5, 0.3F)) {
    io.inputs = {sequence_view<const Real>(input.data(), {shape.batch, shape.time_steps, shape.features},
                                           Layout::batch_major)};
    for (const auto& size : dims) outputs.emplace_back(static_cast<std::size_t>(size[0] * size[1] * size[2]));
    for (std::size_t i = 0; i < dims.size(); ++i)
      io.outputs.push_back(sequence_view(outputs[i].data(), dims[i], Layout::batch_major));
  }
  StateView<const Real> state_of(std::int64_t batch) const {
    return state_view<const Real>(state.data(), batch, 5);
  }
  template <class To>
  static std::vector<To> some(std::int64_t count, float begin) {
    const std::vector<float> values = some_values(count, begin);
    return {values.begin(), values.end()};
  }
  std::vector<std::array<std::int64_t, 3>> dims;
  std::vector<Real> input, state;
  std::vector<std::vector<Real>> outputs;
  BasicModelIo<Real> io;
};

constexpr Shape shape{2, 3, 4};

/// What two_heads() returns by its definition, layer by layer.
std::vector<std::vector<float>> expected_heads(const ModelRun<float>& run,
                                               StateView<const float> state = {}) {
  const ModelSpec model = two_heads();
  std::vector<float> hidden(2 * 3 * 5);
  const auto view = sequence_view(hidden.data(), {2, 3, 5}, Layout::batch_major);
  BasicIo<float> io;
  io.input = run.io.inputs[0];
  io.output = view;
  io.initial_h = io.initial_c = state;
  Problem lstm{*layer_of(model.nodes[1]), shape, {}, {}};
  reference::LayerRows<float>(lstm, model.nodes[1].weights).run(io, 0, 2);
  std::vector<std::vector<float>> heads;
  for (const std::size_t node : {2U, 3U}) {
    heads.emplace_back(2 * 3 * 2);
    BasicIo<float> head;
    head.input = view;
    head.output = sequence_view(heads.back().data(), {2, 3, 2}, Layout::batch_major);
    Problem dense{*layer_of(model.nodes[node]), {2, 3, 5}, {}, {}};
    reference::LayerRows<float>(dense, model.nodes[node].weights).run(head, 0, 2);
  }
  return heads;
}

TEST(Model, RunsEveryHead) {
  ModelRun<float> run(two_heads(), shape);
  Model(two_heads(), naive(), shape, Exec{}).run(run.io);
  EXPECT_THAT(run.outputs, ElementsAreArray(expected_heads(run)));
}

TEST(Model, StartsFromTheStatesGiven) {
  ModelRun<float> run(two_heads(), shape);
  Model model(two_heads(), naive(), shape, Exec{}, InitialStates::given);
  model.run(run.io);
  EXPECT_THAT(run.outputs, ElementsAreArray(expected_heads(run)));
  run.io.initial = {{run.state_of(2), run.state_of(2)}};
  model.run(run.io);
  EXPECT_THAT(run.outputs, ElementsAreArray(expected_heads(run, run.state_of(2))));
  EXPECT_NE(expected_heads(run), expected_heads(run, run.state_of(2)));
}

TEST(Model, GoesOnWhereARunEnded) {
  ModelRun<float> whole(two_heads(), shape);
  Model(two_heads(), naive(), shape, Exec{}).run(whole.io);
  Model model(two_heads(), naive(), {2, 1, 4}, Exec{}, InitialStates::carried);
  std::vector<float> h(2 * 5), c = h, h_next = h, c_next = h;
  for (std::int64_t t = 0; t < 3; ++t) {
    ModelRun<float> step(two_heads(), {2, 1, 4});
    const SequenceView<const float>& all = whole.io.inputs[0];
    step.io.inputs = {{all.row(0, t), {2, 1, 4}, all.strides}};
    step.io.initial = {{state_view<const float>(h.data(), 2, 5), state_view<const float>(c.data(), 2, 5)}};
    step.io.ended = {{state_view(h_next.data(), 2, 5), state_view(c_next.data(), 2, 5)}};
    const long before = allocations;
    model.run(step.io);
    EXPECT_EQ(allocations, before);
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
  EXPECT_THROW(Model(two_heads(), naive(), shape, Exec{}).run(whole.io), std::invalid_argument);
}

TEST(Model, GivesEachRecurrentLayerItsOwnState) {
  ModelSpec spec = two_heads();
  spec.nodes.push_back(node_for_test("second", std::get<RecurrentSpec>(spec.nodes[1].kind), "lstm", 5));
  spec.nodes[2].inputs = {"second"};
  std::swap(spec.nodes[0], spec.nodes[4]);  // the states go by the order of the list, not of computing
  ModelRun<float> run(spec, shape);
  const BasicInitialState<float> state{run.state_of(2), run.state_of(2)};
  Model model(spec, naive(), shape, Exec{}, InitialStates::given);
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
  ModelRun<float> run(two_heads(), shape);
  run.io.initial = {{run.state_of(2), run.state_of(2)}};
  Model model(two_heads(), naive(), shape, Exec{2}, InitialStates::given);
  const long before = allocations;
  ASSERT_GT(before, 0);
  model.run(run.io);
  EXPECT_EQ(allocations, before);
}

TEST(Model, PassesThroughDropout) {
  ModelSpec spec = two_heads();
  spec.nodes.push_back({"dropout", DropoutSpec{0.5}, {"lstm"}, {}});
  spec.nodes[2].inputs = {"dropout"};
  ModelRun<float> run(spec, shape);
  Model(spec, naive(), shape, Exec{}).run(run.io);
  EXPECT_THAT(run.outputs, ElementsAreArray(expected_heads(run)));
}

/// two_heads() behind a Masking, the Masking itself, and an LSTM without one.
ModelSpec masked_heads() {
  ModelSpec spec = two_heads();
  spec.nodes.push_back({"masking", MaskingSpec{0.5F}, {"input_layer"}, {}});
  spec.nodes.push_back(node_for_test("bare", std::get<RecurrentSpec>(spec.nodes[1].kind), "input_layer", 4));
  spec.nodes[1].inputs = {"masking"};
  spec.outputs = {"lstm", "masking", "bare"};
  spec.nodes.erase(spec.nodes.begin() + 2, spec.nodes.begin() + 4);
  return spec;
}

TEST(Model, LeavesOutTheStepsThatItsMaskingMasks) {
  const ModelSpec spec = masked_heads();
  ModelRun<float> run(spec, shape);
  std::vector<float> zeroed = run.input;
  const std::array<std::uint8_t, 6> counts{1, 0, 1, 1, 1, 0};  // of 2 samples
  for (std::size_t i = 0; i < run.input.size(); ++i)
    if (counts[i / 4] == 0) {
      run.input[i] = 0.5F;
      zeroed[i] = 0;
    }
  run.input[0] = 0.5F;  // one feature of four
  zeroed[0] = 0.5F;
  std::vector<float> lstm(2 * 3 * 5), bare = lstm;
  BasicIo<float> io;
  io.input = sequence_view<const float>(zeroed.data(), {2, 3, 4}, Layout::batch_major);
  io.output = sequence_view(lstm.data(), {2, 3, 5}, Layout::batch_major);
  io.mask = mask_view(counts.data(), 2, 3);
  Problem problem{*layer_of(spec.nodes[1]), shape, {}, {}};
  problem.extras.mask = MaskPattern::holes;
  reference::LayerRows<float>(problem, spec.nodes[1].weights).run(io, 0, 2);
  io.mask = {};
  io.input = run.io.inputs[0];
  io.output = sequence_view(bare.data(), {2, 3, 5}, Layout::batch_major);
  problem.extras.mask = MaskPattern::none;
  reference::LayerRows<float>(problem, spec.nodes[1].weights).run(io, 0, 2);

  Model model(spec, naive(), shape, Exec{});
  const long before = allocations;
  model.run(run.io);
  EXPECT_EQ(allocations, before);
  EXPECT_THAT(run.outputs, ElementsAre(lstm, zeroed, bare));
  ModelRun<float> reference(spec, shape);
  reference.input = run.input;
  reference.io.inputs = run.io.inputs;
  run_reference(spec, reference.io);
  EXPECT_EQ(reference.outputs, run.outputs);
}

/// What each of the layers of both_ways() returns, by its definition, the second in the order of time.
std::array<std::vector<float>, 2> expected_ways(const ModelSpec& model, const ModelRun<float>& run) {
  std::array<std::vector<float>, 2> ways;
  for (const std::size_t way : {0U, 1U}) {
    const Node& node = model.nodes[1 + way];
    const bool every_step = std::get<RecurrentSpec>(node.kind).return_sequences;
    const std::int64_t time_steps = every_step ? shape.time_steps : 1;
    ways[way].resize(static_cast<std::size_t>(2 * time_steps * 5));
    BasicIo<float> io;
    io.input = run.io.inputs[0];
    io.output = sequence_view(ways[way].data(), {2, time_steps, 5}, Layout::batch_major);
    if (way == 1) {  // as it goes backwards
      io.output.data += (time_steps - 1) * 5;
      io.output.strides[1] = -5;
    }
    reference::LayerRows<float>({*layer_of(node), shape, {}, {}}, node.weights).run(io, 0, 2);
  }
  return ways;
}

TEST(Model, MergesWhatTwoLayersReturnOnOneInput) {
  for (const bool every_step : {true, false}) {
    ModelSpec spec = both_ways(Merge::sum, every_step);
    spec.nodes.pop_back();
    spec.outputs = {"both", "both/forward_layer"};
    for (const Merge merge : {Merge::concat, Merge::sum, Merge::mul, Merge::ave}) {
      spec.nodes.back().kind = MergeSpec{merge};
      ModelRun<float> run(spec, shape), reference(spec, shape);
      Model model(spec, naive(), shape, Exec{});
      const long before = allocations;
      model.run(run.io);
      EXPECT_EQ(allocations, before);
      const auto [forward, backward] = expected_ways(spec, run);
      std::vector<float> expected;
      for (std::size_t i = 0; i < forward.size(); ++i) {
        const float a = forward[i], b = backward[i];
        expected.push_back(merge == Merge::mul ? a * b : merge == Merge::ave ? (a + b) / 2 : a + b);
        if (merge == Merge::concat) expected.back() = a;
        if (merge == Merge::concat && i % 5 == 4)
          expected.insert(expected.end(), backward.begin() + static_cast<std::ptrdiff_t>(i) - 4,
                          backward.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      }
      EXPECT_THAT(run.outputs, ElementsAre(expected, forward));
      run_reference(spec, reference.io);
      EXPECT_EQ(reference.outputs, run.outputs);
    }
  }
}

TEST(Model, ReturnsBothOfWhatIsNotMerged) {
  const ModelSpec spec = both_ways(std::nullopt, true);
  ModelRun<float> run(spec, shape);
  Model(spec, naive(), shape, Exec{}).run(run.io);
  const auto [forward, backward] = expected_ways(spec, run);
  EXPECT_THAT(run.outputs, ElementsAre(forward, backward));
}

TEST(Model, JoinsItsInputWithWhatIsReadOfIt) {
  ModelSpec spec = two_heads();
  spec.nodes.push_back({"joined", MergeSpec{Merge::concat}, {"input_layer", "lstm", "input_layer"}, {}});
  spec.nodes.push_back({"masking", MaskingSpec{0.5F}, {"input_layer"}, {}});
  spec.nodes.push_back({"doubled", MergeSpec{Merge::sum}, {"masking", "masking"}, {}});
  spec.outputs = {"dense", "time_distributed", "joined", "doubled"};
  ModelRun<float> run(spec, shape);
  std::fill_n(run.input.begin(), 4, 0.5F);  // a step that does not count
  Model(spec, naive(), shape, Exec{}).run(run.io);
  EXPECT_EQ(run.outputs[2][0], 0.5F);
  EXPECT_EQ(run.outputs[2][9], 0.5F);
  EXPECT_EQ(run.outputs[3][0], 0);
  for (std::size_t i = 4; i < run.input.size(); ++i) EXPECT_EQ(run.outputs[3][i], 2 * run.input[i]);
}

/// A run of two_inputs(), and what it returns by its definition.
struct SideRun {
  SideRun() {
    io.inputs = {sequence_view<const float>(readings.data(), {2, 3, 4}, Layout::batch_major),
                 sequence_view<const float>(side.data(), {2, 1, 3}, Layout::batch_major)};
    io.outputs = {sequence_view(output.data(), {2, 1, 2}, Layout::batch_major)};
  }
  static std::vector<float> expected(const SideRun& run) {
    const ModelSpec model = two_inputs();
    std::vector<float> last(2 * 5), both, heads(2 * 2);
    BasicIo<float> lstm;
    lstm.input = run.io.inputs[0];
    lstm.output = sequence_view(last.data(), {2, 1, 5}, Layout::batch_major);
    reference::LayerRows<float>({*layer_of(model.nodes[2]), shape, {}, {}}, model.nodes[2].weights)
        .run(lstm, 0, 2);
    for (std::ptrdiff_t b = 0; b < 2; ++b) {
      both.insert(both.end(), last.begin() + b * 5, last.begin() + b * 5 + 5);
      both.insert(both.end(), run.side.begin() + b * 3, run.side.begin() + b * 3 + 3);
    }
    BasicIo<float> dense;
    dense.input = sequence_view<const float>(both.data(), {2, 1, 8}, Layout::batch_major);
    dense.output = sequence_view(heads.data(), {2, 1, 2}, Layout::batch_major);
    reference::LayerRows<float>({*layer_of(model.nodes[4]), {2, 1, 8}, {}, {}}, model.nodes[4].weights)
        .run(dense, 0, 2);
    return heads;
  }
  std::vector<float> readings = some_values(2 * 3 * 4, 0.1F), side = some_values(2 * 3, 0.4F), output = side;
  BasicModelIo<float> io;
};

TEST(Model, JoinsASequenceWithAVector) {
  SideRun run;
  run.output.resize(4);
  Model model(two_inputs(), naive(), shape, Exec{});
  const long before = allocations;
  model.run(run.io);
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(run.output, SideRun::expected(run));
  const std::vector<float> once = run.output;
  run_reference(two_inputs(), run.io);
  EXPECT_EQ(run.output, once);
}

TEST(Model, RefusesInputsThatDoNotFit) {
  SideRun run;
  Model model(two_inputs(), naive(), shape, Exec{});
  const auto refusal = [&] { return refusal_of([&] { model.run(run.io); }); };
  run.io.inputs[1].dims[2] = 2;
  EXPECT_THAT(refusal(), HasSubstr("input \"side\" has the shape (2, 1, 2): the model takes (2, 1, 3)"));
  run.io.inputs.pop_back();
  EXPECT_THAT(refusal(), HasSubstr("1 inputs: the model takes 2"));
  EXPECT_THROW(run_reference(two_inputs(), run.io), std::invalid_argument);
}

TEST(Model, TakesInputsOfOtherLengths) {
  EXPECT_EQ(input_dims(two_lengths(), {2, 3, 4}),
            (std::vector<std::array<std::int64_t, 3>>{{2, 3, 4}, {2, 6, 2}}));
  EXPECT_THAT(refusal_of([] {
                input_dims(two_lengths(), {2, 6, 4});
              }),
              HasSubstr("input \"short\" takes (batch, 3, 4), the shape is (2, 6, 4)"));
  EXPECT_EQ(input_dims(two_inputs(), {2, 9, 4}),
            (std::vector<std::array<std::int64_t, 3>>{{2, 9, 4}, {2, 1, 3}}));
}

TEST(Model, LeavesOutTheMaskedStepsOfOneInputAlone) {
  ModelSpec spec = two_lengths();
  spec.nodes.push_back({"masking", MaskingSpec{0.5F}, {"long"}, {}});
  spec.nodes[3].inputs = {"masking"};
  const std::vector<float> few = some_values(2 * 3 * 4, 0.1F);
  std::vector<float> many = some_values(2 * 6 * 2, 0.2F), output(2 * 5), expected = output;
  std::fill_n(many.begin() + 8, 4, 0.5F);  // the last two steps of the first sample
  const auto run = [&](const ModelSpec& model, std::int64_t samples, std::int64_t steps,
                       std::vector<float>& to) {
    BasicModelIo<float> io;
    io.inputs = {sequence_view<const float>(few.data(), {samples, 3, 4}, Layout::batch_major),
                 {many.data(), {samples, steps, 2}, {12, 2, 1}}};
    io.outputs = {sequence_view(to.data(), {samples, 1, 5}, Layout::batch_major)};
    Model(model, naive(), {samples, 3, 4}, Exec{}).run(io);
  };
  run(spec, 2, 6, output);
  run(two_lengths(), 2, 6, expected);
  EXPECT_NE(output, expected);
  ModelSpec shorter = two_lengths();
  shorter.nodes[1].kind = InputSpec{4, 2};
  std::vector<float> alone(5);
  run(shorter, 1, 4, alone);
  std::copy(alone.begin(), alone.end(), expected.begin());
  EXPECT_EQ(output, expected);
}

TEST(Model, ReshapesWhatItsLayersReturn) {
  ModelSpec spec = two_heads();
  spec.nodes[0].kind = InputSpec{3, 4};
  spec.nodes.push_back({"flat", ReshapeSpec{{-1}}, {"dense"}, {}});
  spec.nodes.push_back({"turned", ReshapeSpec{{2, 3}}, {"flat"}, {}});
  DenseSpec last;
  last.units = 3;
  spec.nodes.push_back(node_for_test("last", last, "turned", 3));
  spec.outputs = {"flat", "turned", "time_distributed", "last"};
  ModelRun<float> run(spec, shape);
  Model(spec, naive(), shape, Exec{}).run(run.io);
  EXPECT_EQ(run.outputs[0], expected_heads(run)[0]);
  EXPECT_EQ(run.outputs[1], run.outputs[0]);
  EXPECT_EQ(run.dims[3], (std::array<std::int64_t, 3>{2, 2, 3}));
}

TEST(Model, ReturnsAnOutputThatOthersReadTooAndItsInput) {
  ModelSpec spec = two_heads();
  spec.nodes.push_back({"dropout", DropoutSpec{0.5}, {"dense"}, {}});
  spec.nodes.push_back({"activation", ActivationSpec{}, {"dense"}, {}});
  spec.outputs = {"dropout", "dense", "time_distributed", "input_layer", "activation"};
  ModelRun<float> run(spec, shape);
  Model(spec, naive(), shape, Exec{}).run(run.io);
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
  const Support support = supports(backend, two_heads(), shape, Exec{});
  ASSERT_FALSE(support);
  EXPECT_EQ(
      support.why(),
      "layer \"time_distributed\" (dense/B:2/T:3/F:5/U:2/style:time_distributed/threads:1): there is no "
      "loop over time steps");
  EXPECT_TRUE(supports(backend, with_dense_style(two_heads(), DenseStyle::flattened), shape, Exec{}));
  try {
    Model(two_heads(), backend, shape, Exec{});
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
  Model model(two_heads(), naive(), shape, Exec{});
  ModelRun<float> longer(two_heads(), {2, 4, 4}), run(two_heads(), shape);
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
  EXPECT_EQ(Model(two_heads(), naive(), shape, Exec{}).method(),
            "lstm: loops; dense: loops; time_distributed: loops");
}

}  // namespace
}  // namespace lockstep
