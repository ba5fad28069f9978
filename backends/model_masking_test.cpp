#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>

#include "backends/allocations_for_test.h"
#include "backends/model.h"
#include "backends/model_run_for_test.h"
#include "backends/naive_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;

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
  ModelRun<float> run(spec, run_shape);
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
  Problem problem{*layer_of(spec.nodes[1]), run_shape, {}, {}};
  problem.extras.mask = MaskPattern::holes;
  reference::LayerRows<float>(problem, spec.nodes[1].weights).run(io, 0, 2);
  io.mask = {};
  io.input = run.io.inputs[0];
  io.output = sequence_view(bare.data(), {2, 3, 5}, Layout::batch_major);
  problem.extras.mask = MaskPattern::none;
  reference::LayerRows<float>(problem, spec.nodes[1].weights).run(io, 0, 2);

  Model model(spec, naive(), run_shape, Exec{});
  const long before = allocations_so_far();
  model.run(run.io);
  EXPECT_EQ(allocations_so_far(), before);
  EXPECT_THAT(run.outputs, ElementsAre(lstm, zeroed, bare));
  ModelRun<float> reference(spec, run_shape);
  reference.input = run.input;
  reference.io.inputs = run.io.inputs;
  run_reference(spec, reference.io);
  EXPECT_EQ(reference.outputs, run.outputs);
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

}  // namespace
}  // namespace lockstep
