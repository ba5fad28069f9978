#pragma once

#include <optional>
#include <utility>

#include "backends/model_spec.h"

/// Small models for tests, with weights that differ from each other.
namespace lockstep {

inline std::vector<float> some_values(std::int64_t count, float first) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = first + static_cast<float>((i * 37) % 64) / 128 - 0.25F;
  return values;
}

inline RecurrentSpec recurrent_for_test(Cell cell, std::int64_t units, bool return_sequences) {
  RecurrentSpec spec;
  spec.cell = cell;
  spec.units = units;
  spec.return_sequences = return_sequences;
  return spec;
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
  DenseSpec dense;
  dense.units = 2;
  ModelSpec model{
      "functional", false, {{"input_layer", InputSpec{{}, 4}, {}, {}}}, {"dense", "time_distributed"}};
  model.nodes.push_back(node_for_test("lstm", recurrent_for_test(Cell::lstm, 5, true), "input_layer", 4));
  model.nodes.push_back(node_for_test("dense", dense, "lstm", 5));
  dense.style = DenseStyle::time_distributed;
  model.nodes.push_back(node_for_test("time_distributed", dense, "lstm", 5));
  return model;
}

/// Input (64, 15), then GRU(16) to its last step, then Dense(8).
inline ModelSpec last_step() {
  DenseSpec dense;
  dense.units = 8;
  ModelSpec model{"sequential", true, {{"input_layer", InputSpec{64, 15}, {}, {}}}, {"dense"}};
  model.nodes.push_back(node_for_test("gru", recurrent_for_test(Cell::gru, 16, false), "input_layer", 15));
  model.nodes.push_back(node_for_test("dense", dense, "gru", 16));
  return model;
}

/// Input (None, 4), then an LSTM(4) that is called on that, and on what it returns.
inline ModelSpec called_twice() {
  ModelSpec model{"functional", false, {{"input_layer", InputSpec{{}, 4}, {}, {}}}, {"lstm/call_2"}};
  model.nodes.push_back(node_for_test("lstm", recurrent_for_test(Cell::lstm, 4, true), "input_layer", 4));
  model.nodes.push_back(model.nodes.back());
  model.nodes.back().name = "lstm/call_2";
  model.nodes.back().inputs = {"lstm"};
  model.nodes.back().call_of = "lstm";
  return model;
}

/// Input (6, 4), then LSTM(5), Flatten and Dense(2): it takes no other number of time steps.
inline ModelSpec flattened_steps() {
  DenseSpec dense;
  dense.units = 2;
  ModelSpec model{"sequential", true, {{"input_layer", InputSpec{6, 4}, {}, {}}}, {"dense"}};
  model.nodes.push_back(node_for_test("lstm", recurrent_for_test(Cell::lstm, 5, true), "input_layer", 4));
  model.nodes.push_back({"flatten", ReshapeSpec{{-1}}, {"lstm"}, {}});
  model.nodes.push_back(node_for_test("dense", dense, "flatten", 30));
  return model;
}

/// Input (None, 4), then Keras' Bidirectional of GRU(5) and LSTM(5), and where it merges a Dense(2) on that.
inline ModelSpec both_ways(std::optional<Merge> merge, bool return_sequences) {
  const RecurrentSpec gru = recurrent_for_test(Cell::gru, 5, return_sequences);
  RecurrentSpec lstm = recurrent_for_test(Cell::lstm, 5, return_sequences);
  lstm.go_backwards = true;
  ModelSpec model{"functional", false, {{"input_layer", InputSpec{{}, 4}, {}, {}}}, {}};
  model.nodes.push_back(node_for_test("both/forward_layer", gru, "input_layer", 4));
  model.nodes.push_back(node_for_test("both/backward_layer", lstm, "input_layer", 4));
  std::vector<std::string> two{"both/forward_layer", "both/backward_layer"};
  if (return_sequences) {
    two[1] = "both/backward_reversed";
    model.nodes.push_back({two[1], ReverseSpec{}, {"both/backward_layer"}, {}});
  }
  model.outputs = two;
  if (merge) {
    model.nodes.push_back({"both", MergeSpec{*merge}, two, {}});
    DenseSpec dense;
    dense.units = 2;
    model.nodes.push_back(node_for_test("dense", dense, "both", merge == Merge::concat ? 10 : 5));
    two = {"both"};
    model.outputs = {"dense"};
  }
  model.nested = {{"both", "Bidirectional", two}};
  return model;
}

/// Inputs "readings" (None, 4) and "side" (3), which is the first of the nodes; LSTM(5) on the one to its
/// last step, beside it the other, and Dense(2) on both.
inline ModelSpec two_inputs() {
  DenseSpec dense;
  dense.units = 2;
  ModelSpec model{"functional", false, {{"side", InputSpec{{}, 3, false}, {}, {}}}, {"dense"}};
  model.nodes.push_back({"readings", InputSpec{{}, 4}, {}, {}});
  model.nodes.push_back(node_for_test("lstm", recurrent_for_test(Cell::lstm, 5, false), "readings", 4));
  model.nodes.push_back({"both", MergeSpec{Merge::concat}, {"lstm", "side"}, {}});
  model.nodes.push_back(node_for_test("dense", dense, "both", 8));
  model.inputs = {"readings", "side"};
  return model;
}

/// Inputs "source" (3, 4) and "target" (6, 2), each with an LSTM(5); that of the target, "decoder", starts
/// from the states of the other one, "encoder", and returns its steps. The sum of those states is the other
/// output.
inline ModelSpec encoder_decoder() {
  ModelSpec model{"functional", false, {{"source", InputSpec{3, 4}, {}, {}}}, {"decoder", "sum"}};
  model.nodes.push_back({"target", InputSpec{6, 2}, {}, {}});
  model.nodes.push_back(node_for_test("encoder", recurrent_for_test(Cell::lstm, 5, false), "source", 4));
  model.nodes.back().return_state = true;
  model.nodes.push_back(node_for_test("decoder", recurrent_for_test(Cell::lstm, 5, true), "target", 2));
  model.nodes.back().inputs = {"target", "encoder:h", "encoder:c"};
  model.nodes.push_back({"encoder:h", StateSpec{State::h}, {"encoder"}, {}});
  model.nodes.push_back({"encoder:c", StateSpec{State::c}, {"encoder"}, {}});
  model.nodes.push_back({"sum", MergeSpec{Merge::sum}, {"encoder:h", "encoder:c"}, {}});
  return model;
}

/// Inputs "short" (3, 4) and "long" (6, 2), each with an LSTM(5) to its last step, and their sum.
inline ModelSpec two_lengths() {
  ModelSpec model{"functional", false, {{"short", InputSpec{3, 4}, {}, {}}}, {"sum"}};
  model.nodes.push_back({"long", InputSpec{6, 2}, {}, {}});
  model.nodes.push_back(node_for_test("first", recurrent_for_test(Cell::lstm, 5, false), "short", 4));
  model.nodes.push_back(node_for_test("second", recurrent_for_test(Cell::lstm, 5, false), "long", 2));
  model.nodes.push_back({"sum", MergeSpec{Merge::sum}, {"first", "second"}, {}});
  return model;
}

}  // namespace lockstep
