#pragma once

#include <utility>

#include "backends/model_spec.h"

/// Two small models for tests, with weights that differ from each other.
namespace lockstep {

inline std::vector<float> some_values(std::int64_t count, float first) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = first + static_cast<float>((i * 37) % 64) / 128 - 0.25F;
  return values;
}

inline Node node_for_test(std::string name, const LayerSpec& layer, std::string input,
                          std::int64_t features) {
  const WeightShapes shapes = weight_shapes(layer, features);
  const auto values = [](const WeightShapes::Matrix& shape, float first) {
    return some_values(shape[0] * shape[1], first);
  };
  return {std::move(name),
          std::visit([](const auto& spec) { return NodeKind(spec); }, layer),
          {std::move(input)},
          {values(shapes.kernel, 0), values(shapes.recurrent_kernel, 0.01F), values(shapes.bias, 0.02F)}};
}

/// Input (None, 4), then LSTM(5), then Dense(2) and TimeDistributed(Dense(2)) on it.
inline ModelSpec two_heads() {
  RecurrentSpec lstm;
  lstm.units = 5;
  lstm.return_sequences = true;
  DenseSpec dense;
  dense.units = 2;
  ModelSpec model{
      "functional", false, {{"input_layer", InputSpec{{}, 4}, {}, {}}}, {"dense", "time_distributed"}};
  model.nodes.push_back(node_for_test("lstm", lstm, "input_layer", 4));
  model.nodes.push_back(node_for_test("dense", dense, "lstm", 5));
  dense.style = DenseStyle::time_distributed;
  model.nodes.push_back(node_for_test("time_distributed", dense, "lstm", 5));
  return model;
}

/// Input (64, 15), then GRU(16) to its last step, then Dense(8).
inline ModelSpec last_step() {
  RecurrentSpec gru;
  gru.cell = Cell::gru;
  gru.units = 16;
  DenseSpec dense;
  dense.units = 8;
  ModelSpec model{"sequential", true, {{"input_layer", InputSpec{64, 15}, {}, {}}}, {"dense"}};
  model.nodes.push_back(node_for_test("gru", gru, "input_layer", 15));
  model.nodes.push_back(node_for_test("dense", dense, "gru", 16));
  return model;
}

}  // namespace lockstep
