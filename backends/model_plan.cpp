#include "backends/model_plan.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "backends/model_join.h"
#include "backends/problem_text.h"

namespace lockstep {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// Where the values come from that a node passes on.
struct Giver {
  std::size_t node = 0;    // itself, unless it's a Dropout or a Masking
  bool is_masked = false;  // a Masking lies between
};
Giver computing(const ModelSpec& model, const ModelGraph& graph, std::size_t node) {
  Giver giver{node};
  for (;; giver.node = graph.giver(giver.node)) {
    const NodeKind& kind = model.nodes[giver.node].kind;
    if (std::holds_alternative<MaskingSpec>(kind))
      giver.is_masked = true;
    else if (!std::holds_alternative<DropoutSpec>(kind))
      return giver;
  }
}

void check_input(const ModelSpec& model, const ModelGraph& graph, const Shape& shape) {
  const SymbolicShape& takes = graph.leading_input();
  const std::int64_t time_steps = takes.sequence ? takes.time_steps.value_or(shape.time_steps) : 1;
  if (shape.features != takes.features || shape.time_steps != time_steps)
    throw std::invalid_argument(fmt::format(
        "input \"{}\" takes {}, the shape is ({}, {}, {})", model.nodes[graph.inputs[graph.leading]].name,
        to_string(takes, "batch"), shape.batch, shape.time_steps, shape.features));
}

/// Whether another node reads in what state the layer ends.
bool state_is_read(const ModelSpec& model, const ModelGraph& graph, std::size_t layer) {
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (graph.used[i] && std::holds_alternative<StateSpec>(model.nodes[i].kind) && graph.giver(i) == layer)
      return true;
  return false;
}

/// What is given to, and asked of, the recurrent layer that is the node `i`.
Extras extras_of(const ModelSpec& model, const ModelGraph& graph, std::size_t i, InitialStates states) {
  Extras extras;
  extras.initial_state = states != InitialStates::zero || graph.reads[i].size() > 1;
  extras.final_state = states == InitialStates::carried || state_is_read(model, graph, i);
  if (graph.masked[graph.giver(i)]) extras.mask = MaskPattern::holes;
  return extras;
}

bool is_recurrent(const Node& node) {
  return std::holds_alternative<RecurrentSpec>(node.kind);
}

/// Of what these nodes return.
std::vector<std::array<std::int64_t, 3>> dims_of(const ModelSpec& model, const Shape& shape,
                                                 std::vector<std::size_t> ModelGraph::*nodes) {
  const ModelGraph graph = resolve(model);
  check_input(model, graph, shape);
  std::vector<std::array<std::int64_t, 3>> dims;
  for (const std::size_t node : graph.*nodes) dims.push_back(dims_in_run(graph.returns[node], shape));
  return dims;
}

/// Refuses what no memory holds.
void check_memory(const std::string& name, const Problem& problem, const std::string& text) {
  validate(problem);
  if (bytes_needed(problem) == std::numeric_limits<std::int64_t>::max())
    throw std::invalid_argument(
        fmt::format("layer \"{}\"{}: more memory than there are addresses: choose a smaller batch or "
                    "fewer time_steps",
                    name, text));
}

}  // namespace

StepSource source_of(const ModelSpec& model, const ModelGraph& graph, const std::vector<std::size_t>& step_of,
                     std::size_t node) {
  const auto [giver, is_masked] = computing(model, graph, node);
  if (const auto* of_layer = std::get_if<StateSpec>(&model.nodes[giver].kind))
    return {step_of[graph.giver(giver)], {}, false, of_layer->state};
  if (!std::holds_alternative<InputSpec>(model.nodes[giver].kind)) return {step_of[giver], {}, false, {}};
  const auto input = std::find(graph.inputs.begin(), graph.inputs.end(), giver) - graph.inputs.begin();
  return {0, static_cast<std::size_t>(input), is_masked, {}};
}

std::array<std::int64_t, 3> dims_in_run(const SymbolicShape& returned, const Shape& shape) {
  return {shape.batch, returned.sequence ? returned.time_steps.value_or(shape.time_steps) : 1,
          returned.features};
}

std::vector<ModelStep> plan_model(const ModelSpec& model, const ModelGraph& graph, const Shape& shape,
                                  const Exec& exec, InitialStates states) {
  check_input(model, graph, shape);
  std::vector<ModelStep> steps;
  std::vector<std::size_t> step_of(model.nodes.size(), none);
  for (const std::size_t i : graph.order) {
    const Node& node = model.nodes[i];
    const auto layer = layer_of(node);
    if (!graph.used[i] || (!layer && !join_of(node))) continue;
    ModelStep step;
    step.node = i;
    step.name = node.name;
    for (const std::size_t from : graph.reads[i])
      step.sources.push_back(source_of(model, graph, step_of, from));
    if (layer) {
      const auto dims = dims_in_run(graph.given(i), shape);
      step.problem = {*layer, {dims[0], dims[1], dims[2]}, {}, exec};
      if (is_recurrent(node)) {
        step.problem->extras = extras_of(model, graph, i, states);
        step.recurrent = static_cast<std::size_t>(std::count_if(
            model.nodes.begin(), model.nodes.begin() + static_cast<std::ptrdiff_t>(i), is_recurrent));
      }
      check_memory(step.name, *step.problem, fmt::format(" ({})", to_string(*step.problem)));
    } else {
      const auto dims = dims_in_run(graph.returns[i], shape);
      check_memory(step.name, {ActivationSpec{}, {dims[0], dims[1], dims[2]}, {}, exec}, "");
    }
    step_of[i] = steps.size();
    steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<std::array<std::int64_t, 3>> input_dims(const ModelSpec& model, const Shape& shape) {
  return dims_of(model, shape, &ModelGraph::inputs);
}
std::vector<std::array<std::int64_t, 3>> output_dims(const ModelSpec& model, const Shape& shape) {
  return dims_of(model, shape, &ModelGraph::outputs);
}

}  // namespace lockstep
