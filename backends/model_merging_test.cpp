#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <gmock/gmock.h>

#include "backends/allocations_for_test.h"
#include "backends/model.h"
#include "backends/model_run_for_test.h"
#include "backends/naive_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;

/// What each of the layers of both_ways() returns, by its definition, the second in the order of time.
std::array<std::vector<float>, 2> expected_ways(const ModelSpec& model, const ModelRun<float>& run) {
  std::array<std::vector<float>, 2> ways;
  for (const std::size_t way : {0U, 1U}) {
    const Node& node = model.nodes[1 + way];
    const bool every_step = std::get<RecurrentSpec>(node.kind).return_sequences;
    const std::int64_t time_steps = every_step ? run_shape.time_steps : 1;
    ways[way].resize(static_cast<std::size_t>(2 * time_steps * 5));
    BasicIo<float> io;
    io.input = run.io.inputs[0];
    io.output = sequence_view(ways[way].data(), {2, time_steps, 5}, Layout::batch_major);
    if (way == 1) {  // as it goes backwards
      io.output.data += (time_steps - 1) * 5;
      io.output.strides[1] = -5;
    }
    reference::LayerRows<float>({*layer_of(node), run_shape, {}, {}}, node.weights).run(io, 0, 2);
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
      ModelRun<float> run(spec, run_shape), reference(spec, run_shape);
      Model model(spec, naive(), run_shape, Exec{});
      const long before = allocations_so_far();
      model.run(run.io);
      EXPECT_EQ(allocations_so_far(), before);
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
  ModelRun<float> run(spec, run_shape);
  Model(spec, naive(), run_shape, Exec{}).run(run.io);
  const auto [forward, backward] = expected_ways(spec, run);
  EXPECT_THAT(run.outputs, ElementsAre(forward, backward));
}

TEST(Model, JoinsItsInputWithWhatIsReadOfIt) {
  ModelSpec spec = two_heads();
  spec.nodes.push_back({"joined", MergeSpec{Merge::concat}, {"input_layer", "lstm", "input_layer"}, {}});
  spec.nodes.push_back({"masking", MaskingSpec{0.5F}, {"input_layer"}, {}});
  spec.nodes.push_back({"doubled", MergeSpec{Merge::sum}, {"masking", "masking"}, {}});
  spec.outputs = {"dense", "time_distributed", "joined", "doubled"};
  ModelRun<float> run(spec, run_shape);
  std::fill_n(run.input.begin(), 4, 0.5F);  // a step that does not count
  Model(spec, naive(), run_shape, Exec{}).run(run.io);
  EXPECT_EQ(run.outputs[2][0], 0.5F);
  EXPECT_EQ(run.outputs[2][9], 0.5F);
  EXPECT_EQ(run.outputs[3][0], 0);
  for (std::size_t i = 4; i < run.input.size(); ++i) EXPECT_EQ(run.outputs[3][i], 2 * run.input[i]);
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
  ModelRun<float> run(spec, run_shape);
  Model(spec, naive(), run_shape, Exec{}).run(run.io);
  EXPECT_EQ(run.outputs[0], expected_heads(run)[0]);
  EXPECT_EQ(run.outputs[1], run.outputs[0]);
  EXPECT_EQ(run.dims[3], (std::array<std::int64_t, 3>{2, 2, 3}));
}

}  // namespace
}  // namespace lockstep
