#include "backends/model_stream.h"

#include <fmt/format.h>

#include "backends/model_states.h"

namespace lockstep {

std::string why_not_in_steps(const ModelSpec& model) {
  const Node* first = nullptr;  // of the Inputs of sequences
  const ModelGraph graph = resolve_without_weights(model);
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const Node& node = model.nodes[i];
    if (!graph.used[i] && !std::holds_alternative<InputSpec>(node.kind)) continue;
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind);
        recurrent != nullptr && recurrent->go_backwards)
      return fmt::format("layer \"{}\" goes backwards: its first step takes the last input", node.name);
    if (reads_states(node))
      return fmt::format("layer \"{}\" starts each run from \"{}\", and not where the one before ended",
                         node.name, node.inputs[1]);
    if (std::holds_alternative<ReshapeSpec>(node.kind))
      return fmt::format("layer \"{}\" shapes values, which may be of several steps", node.name);
    if (std::holds_alternative<ReverseSpec>(node.kind))
      return fmt::format("layer \"{}\" goes backwards: its first step is the last one of \"{}\"", node.name,
                         node.inputs[0]);
    if (std::holds_alternative<MaskingSpec>(node.kind))
      return fmt::format(
          "layer \"{}\" masks steps: such a step shows again the output of the one before, which is no state",
          node.name);
    if (const auto* input = std::get_if<InputSpec>(&node.kind); input != nullptr && input->sequence) {
      if (first == nullptr) first = &node;
      if (std::get<InputSpec>(first->kind).time_steps != input->time_steps)
        return fmt::format(
            "inputs \"{}\" and \"{}\" differ in their time steps: accepted are as many of each", first->name,
            node.name);
    }
  }
  return {};
}

ModelStream::ModelStream(const ModelSpec& model, const Backend& backend, const Shape& piece, int threads,
                         const ModelStream* alike, const Backend* fallback)
    : model_(model, backend, piece, Exec{threads, Pass::inference}, InitialStates::carried, fallback,
             alike == nullptr ? nullptr : &alike->model_),
      states_(model, piece.batch, KeptStates::Of::all) {
  const std::size_t inputs = resolve(model).inputs.size();
  for (BasicModelIo<float>& io : io_) {
    io.initial = states_.initial_rows(0, piece.batch);
    io.ended = states_.final_rows(0, piece.batch);
    io.inputs.reserve(inputs);
    io.outputs.reserve(model.outputs.size());
    states_.advance();
  }
}

void ModelStream::run(std::span<const SequenceView<const float>> inputs,
                      std::span<const SequenceView<float>> outputs) {
  BasicModelIo<float>& io = io_[turn_];
  io.inputs.assign(inputs.begin(), inputs.end());
  io.outputs.assign(outputs.begin(), outputs.end());
  model_.run(io);
  turn_ = 1 - turn_;
}

}  // namespace lockstep
