#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "backends/model_for_test.h"
#include "backends/model_reference.h"

namespace lockstep {

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

inline constexpr Shape run_shape{2, 3, 4};

/// What two_heads() returns by its definition, layer by layer.
inline std::vector<std::vector<float>> expected_heads(const ModelRun<float>& run,
                                                      StateView<const float> state = {}) {
  const ModelSpec model = two_heads();
  std::vector<float> hidden(2 * 3 * 5);
  const auto view = sequence_view(hidden.data(), {2, 3, 5}, Layout::batch_major);
  BasicIo<float> io;
  io.input = run.io.inputs[0];
  io.output = view;
  io.initial_h = io.initial_c = state;
  Problem lstm{*layer_of(model.nodes[1]), run_shape, {}, {}};
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

}  // namespace lockstep
