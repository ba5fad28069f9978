#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/model_spec.h"

namespace lockstep {
namespace {

/// The last recurrent layer on the way to `node`, or the Input: what decides whether there is a time axis.
std::size_t decider(const ModelSpec& model, const ModelGraph& graph, std::size_t node) {
  while (node != graph.input && !std::holds_alternative<RecurrentSpec>(model.nodes[node].kind))
    node = graph.reads[node];
  return node;
}

/// The last layer on the way to `node` that decides the number of features.
std::size_t last_with_units(const ModelSpec& model, const ModelGraph& graph, std::size_t node) {
  while (std::holds_alternative<ActivationSpec>(model.nodes[node].kind) ||
         std::holds_alternative<DropoutSpec>(model.nodes[node].kind) ||
         std::holds_alternative<MaskingSpec>(model.nodes[node].kind))
    node = graph.reads[node];
  return node;
}

/// Why the target does not fit and what would; empty where it does.
std::string misfit(const ModelSpec& model, const ModelGraph& graph, std::size_t node,
                   std::span<const std::int64_t> target) {
  const SymbolicShape& shape = graph.returns[node];
  const std::string& name = model.nodes[decider(model, graph, node)].name;
  if (!shape.sequence && target.size() == 3)
    return fmt::format(
        "{} has return_sequences=False, so only the last step is returned; set return_sequences=True or give "
        "one target per sample",
        name);
  if (shape.sequence && target.size() == 2)
    return decider(model, graph, node) == graph.input
               ? "every step is returned; give one target per step"
               : fmt::format(
                     "{} has return_sequences=True, so every step is returned; set return_sequences=False or "
                     "give one target per step",
                     name);
  if (target.size() != (shape.sequence ? 3U : 2U))
    return fmt::format("give a target of {} dimensions", shape.sequence ? 3 : 2);
  if (shape.sequence && shape.time_steps && *shape.time_steps != target[1])
    return fmt::format("{} takes {} time steps, the target has {}; give one target per step",
                       model.nodes[graph.input].name, *shape.time_steps, target[1]);
  if (shape.features != target.back())
    return fmt::format("{} has {} units, the target has {}; give as many values as there are units",
                       model.nodes[last_with_units(model, graph, node)].name, shape.features, target.back());
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
