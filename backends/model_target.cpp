#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/model_join.h"
#include "backends/model_spec.h"

namespace lockstep {
namespace {

/// The last layer on the way to `node` that decides whether there is a time axis, or the Input.
std::size_t decider(const ModelSpec& model, const ModelGraph& graph, std::size_t node) {
  const auto decides = [&] {
    const NodeKind& kind = model.nodes[node].kind;
    return std::holds_alternative<RecurrentSpec>(kind) || std::holds_alternative<ReshapeSpec>(kind) ||
           std::holds_alternative<StateSpec>(kind);
  };
  while (!graph.reads[node].empty() && !decides()) node = graph.giver(node);
  return node;
}

/// The Reshape or the Input that the steps of `node` come from.
std::size_t giver_of_steps(const ModelSpec& model, const ModelGraph& graph, std::size_t node) {
  while (!graph.reads[node].empty() && !std::holds_alternative<ReshapeSpec>(model.nodes[node].kind))
    node = graph.giver(node);
  return node;
}

/// The last layer on the way to `node` that decides the number of features.
std::size_t last_with_units(const ModelSpec& model, const ModelGraph& graph, std::size_t node) {
  const auto decides = [&] {
    const NodeKind& kind = model.nodes[node].kind;
    if (const auto* merge = std::get_if<MergeSpec>(&kind)) return merge->merge == Merge::concat;
    return !std::holds_alternative<ActivationSpec>(kind) && !std::holds_alternative<DropoutSpec>(kind) &&
           !std::holds_alternative<MaskingSpec>(kind) && !std::holds_alternative<ReverseSpec>(kind);
  };
  while (!decides()) node = graph.giver(node);
  return node;
}

/// Why the target does not fit and what would; empty where it does.
std::string misfit(const ModelSpec& model, const ModelGraph& graph, std::size_t node,
                   std::span<const std::int64_t> target) {
  const SymbolicShape& shape = graph.returns[node];
  const std::size_t decided_by = decider(model, graph, node);
  const std::string& name = model.nodes[decided_by].name;
  const bool is_reshaped = std::holds_alternative<ReshapeSpec>(model.nodes[decided_by].kind);
  const bool is_input = graph.reads[decided_by].empty();
  const bool is_state = std::holds_alternative<StateSpec>(model.nodes[decided_by].kind);
  if (is_reshaped && target.size() == (shape.sequence ? 2U : 3U))
    return fmt::format("{} returns {}; give one target per {}", name, to_string(shape, "batch"),
                       shape.sequence ? "step" : "sample");
  if (!shape.sequence && target.size() == 3 && is_input)
    return fmt::format("{} takes vectors (batch, features); give one target per sample", name);
  if (!shape.sequence && target.size() == 3 && is_state)
    return fmt::format("{} is the state after the last step; give one target per sample", name);
  if (!shape.sequence && target.size() == 3)
    return fmt::format(
        "{} has return_sequences=False, so only the last step is returned; set return_sequences=True or give "
        "one target per sample",
        name);
  if (shape.sequence && target.size() == 2)
    return is_input
               ? "every step is returned; give one target per step"
               : fmt::format(
                     "{} has return_sequences=True, so every step is returned; set return_sequences=False or "
                     "give one target per step",
                     name);
  if (target.size() != (shape.sequence ? 3U : 2U))
    return fmt::format("give a target of {} dimensions", shape.sequence ? 3 : 2);
  if (shape.sequence && shape.time_steps && *shape.time_steps != target[1])
    return fmt::format("{} {} {} time steps, the target has {}; give one target per step",
                       model.nodes[giver_of_steps(model, graph, node)].name,
                       is_reshaped ? "returns" : "takes", *shape.time_steps, target[1]);
  if (shape.features != target.back()) {
    const Node& last = model.nodes[last_with_units(model, graph, node)];
    const char* what = join_of(last) ? "features" : "units";
    return fmt::format("{} has {} {}, the target has {}; give as many values as there are {}", last.name,
                       shape.features, what, target.back(), what);
  }
  return {};
}

}  // namespace

void check_target(const ModelSpec& model, std::span<const std::int64_t> target, std::size_t output) {
  const ModelGraph graph = resolve(model);
  if (output >= graph.outputs.size())
    throw std::invalid_argument(
        fmt::format("output {} does not exist: accepted are 0 to {}", output, graph.outputs.size() - 1));
  const std::size_t node = graph.outputs[output];
  if (const std::string why = misfit(model, graph, node, target); !why.empty())
    throw std::invalid_argument(fmt::format("the model returns {}, the target is ({}): {}",
                                            to_string(graph.returns[node], "batch"), fmt::join(target, ", "),
                                            why));
}

}  // namespace lockstep
