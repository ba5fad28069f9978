#include <algorithm>
#include <map>
#include <span>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/model_join.h"
#include "backends/model_parts.h"
#include "backends/model_spec.h"
#include "backends/model_states.h"

namespace lockstep {
namespace {

template <class... Args>
[[noreturn]] void refuse(const Node& node, fmt::format_string<Args...> what, Args&&... args) {
  throw std::invalid_argument(
      fmt::format("layer \"{}\": {}", node.name, fmt::format(what, std::forward<Args>(args)...)));
}

using Positions = std::map<std::string, std::size_t, std::less<>>;

Positions positions_of(const ModelSpec& model) {
  Positions positions;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const Node& node = model.nodes[i];
    if (node.name.empty())
      throw std::invalid_argument(fmt::format("layer {} has no name: each layer takes one", i + 1));
    if (!positions.emplace(node.name, i).second)
      refuse(node, "the name is used twice: each layer takes its own");
  }
  return positions;
}

std::size_t find(const Positions& positions, std::string_view name, std::string_view who) {
  const auto found = positions.find(name);
  if (found != positions.end()) return found->second;
  std::vector<std::string_view> names;
  for (const auto& [known, position] : positions) names.push_back(known);
  throw std::invalid_argument(
      fmt::format("{}: there is no layer \"{}\": accepted are {}", who, name, fmt::join(names, ", ")));
}

bool is_input(const Node& node) {
  return std::holds_alternative<InputSpec>(node.kind);
}

/// The Inputs in the order of a run.
std::vector<std::size_t> inputs_of(const ModelSpec& model, const Positions& positions) {
  std::vector<std::size_t> nodes, inputs;
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (is_input(model.nodes[i])) nodes.push_back(i);
  if (nodes.empty()) throw std::invalid_argument("the model has no Input layer: it takes one or more");
  if (model.inputs.empty()) return nodes;
  for (const std::string& name : model.inputs) {
    const std::size_t node = find(positions, name, "inputs of the model");
    if (!is_input(model.nodes[node])) refuse(model.nodes[node], "is an input of the model, but no Input");
    if (std::find(inputs.begin(), inputs.end(), node) != inputs.end())
      refuse(model.nodes[node], "is an input of the model twice: it takes each once");
    inputs.push_back(node);
  }
  for (const std::size_t node : nodes)
    if (std::find(inputs.begin(), inputs.end(), node) == inputs.end())
      refuse(model.nodes[node], "is no input of the model: it takes each Input");
  return inputs;
}

std::size_t leading_of(const ModelSpec& model, const std::vector<std::size_t>& inputs) {
  const auto first = [&](const auto& is_so) {
    return static_cast<std::size_t>(
        std::find_if(inputs.begin(), inputs.end(),
                     [&](std::size_t node) { return is_so(std::get<InputSpec>(model.nodes[node].kind)); }) -
        inputs.begin());
  };
  const std::size_t of_any_length =
      first([](const InputSpec& input) { return input.sequence && !input.time_steps; });
  if (of_any_length < inputs.size()) return of_any_length;
  const std::size_t sequence = first([](const InputSpec& input) { return input.sequence; });
  return sequence < inputs.size() ? sequence : 0;
}

void check_count(const Node& node) {
  const std::size_t count = node.inputs.size();
  if (std::holds_alternative<MergeSpec>(node.kind)) {
    if (count < 2) refuse(node, "has {} inputs: it takes two or more", count);
  } else if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind)) {
    const std::size_t with_states = 1 + state_count(*recurrent);
    if (count != 1 && count != with_states)
      refuse(node, "has {} inputs: it takes 1, or {} with what it starts from", count, with_states);
  } else if (const std::size_t takes = is_input(node) ? 0 : 1; count != takes) {
    refuse(node, "has {} inputs: it takes {}", count, takes);
  }
}

/// Whether they are one layer, whatever the styles in which its calls are computed.
bool alike(const NodeKind& one, NodeKind other) {
  if (const auto* dense = std::get_if<DenseSpec>(&one))
    if (auto* second = std::get_if<DenseSpec>(&other)) second->style = dense->style;
  return one == other;
}

/// That a further call is one of such a layer.
void check_call(const ModelSpec& model, const Positions& positions, const Node& node) {
  if (node.call_of.empty()) return;
  const Node& first = model.nodes[find(positions, node.call_of, fmt::format("layer \"{}\"", node.name))];
  if (!first.call_of.empty() || !alike(first.kind, node.kind))
    refuse(node, "is a call of \"{}\": it takes the first call of the same layer", first.name);
}

void look_up(const ModelSpec& model, ModelGraph& graph) {
  const Positions positions = positions_of(model);
  for (const Node& node : model.nodes) {
    check_count(node);
    check_call(model, positions, node);
    auto& reads = graph.reads.emplace_back();
    for (const std::string& name : node.inputs)
      reads.push_back(find(positions, name, fmt::format("layer \"{}\"", node.name)));
  }
  graph.inputs = inputs_of(model, positions);
  graph.leading = leading_of(model, graph.inputs);
  if (model.outputs.empty()) throw std::invalid_argument("the model has no output: it takes one or more");
  for (const std::string& name : model.outputs)
    graph.outputs.push_back(find(positions, name, "outputs of the model"));
}

void sort(const ModelSpec& model, ModelGraph& graph) {
  enum class Mark { none, on_path, placed };
  struct Visit {
    std::size_t node, seen;  // of what it reads
  };
  std::vector<Mark> marks(model.nodes.size(), Mark::none);
  std::vector<Visit> path;  // from a node up to one that is placed
  const auto visit = [&](std::size_t node) {
    if (marks[node] == Mark::on_path)
      refuse(model.nodes[node], "reads from itself through a cycle: a model is a graph without cycles");
    if (marks[node] == Mark::placed) return;
    marks[node] = Mark::on_path;
    path.push_back({node, 0});
  };
  for (std::size_t i = 0; i < marks.size(); ++i)
    for (visit(i); !path.empty();) {
      auto& [node, seen] = path.back();
      if (seen < graph.reads[node].size()) {
        visit(graph.reads[node][seen++]);
        continue;
      }
      marks[node] = Mark::placed;
      graph.order.push_back(node);
      path.pop_back();
    }
}

void check_reached(const ModelSpec& model, ModelGraph& graph) {
  std::vector<bool>& used = graph.used;
  used.resize(model.nodes.size());
  for (const std::size_t node : graph.outputs) used[node] = true;
  for (auto node = graph.order.rbegin(); node != graph.order.rend(); ++node)
    if (used[*node])
      for (const std::size_t from : graph.reads[*node]) used[from] = true;
  const std::vector<bool> unread = unread_parts(model, graph);
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i] && !unread[i] && !std::holds_alternative<StateSpec>(model.nodes[i].kind))
      refuse(model.nodes[i], "leads to no output: each layer takes part in one");
}

enum class Weighed { yes, not_yet };

void check_layer(const Node& node, const LayerSpec& layer, const SymbolicShape& given, const Node& giver,
                 Weighed weighed) {
  const auto* dense = std::get_if<DenseSpec>(&layer);
  const bool recurrent = std::holds_alternative<RecurrentSpec>(layer);
  if (!given.sequence && (recurrent || (dense != nullptr && dense->style == DenseStyle::time_distributed)))
    refuse(node, "takes a sequence (batch, time_steps, features), but \"{}\" returns {}", giver.name,
           to_string(given, "batch"));
  Problem problem;
  problem.layer = layer;
  problem.shape.features = given.features;
  try {
    validate(problem);
    if (weighed == Weighed::yes) check_weights(problem, node.weights);
  } catch (const std::invalid_argument& error) {
    refuse(node, "{}", error.what());
  }
}

void check_other(const Node& node) {
  if (!node.weights.kernel.empty() || !node.weights.recurrent_kernel.empty() || !node.weights.bias.empty())
    refuse(node, "has weights: it takes none");
  if (const auto* dropout = std::get_if<DropoutSpec>(&node.kind);
      dropout != nullptr && !(dropout->rate >= 0 && dropout->rate <= 1))
    refuse(node, "rate is {}: accepted are 0 to 1", dropout->rate);
  if (const auto* input = std::get_if<InputSpec>(&node.kind);
      input != nullptr && !input->sequence && input->time_steps)
    refuse(node, "takes vectors of {} time steps: accepted are sequences of some", *input->time_steps);
}

void check_sizes(const Node& node, const SymbolicShape& shape) {
  Problem problem;
  problem.layer = ActivationSpec{};
  problem.shape = {1, shape.time_steps.value_or(1), shape.features};
  try {
    validate(problem);
  } catch (const std::invalid_argument& error) {
    refuse(node, "{}", error.what());
  }
}

SymbolicShape shape_of_join(const JoinSpec& join, const ModelGraph& graph, std::size_t i) {
  std::vector<SymbolicShape> given;
  for (const std::size_t from : graph.reads[i]) given.push_back(graph.returns[from]);
  return returned_by(join, given);
}

void check_initial_states(const ModelSpec& model, const ModelGraph& graph, std::size_t i) {
  if (!reads_states(model.nodes[i])) return;
  for (const std::size_t from : std::span(graph.reads[i]).subspan(1))
    check_initial_state(std::get<RecurrentSpec>(model.nodes[i].kind), model.nodes[from], graph.returns[from]);
}

SymbolicShape shape_of(const ModelSpec& model, const ModelGraph& graph, std::size_t i) {
  const Node& node = model.nodes[i];
  if (const auto* input = std::get_if<InputSpec>(&node.kind))
    return {input->sequence, input->time_steps, input->features};
  if (const auto join = join_of(node)) return shape_of_join(*join, graph, i);
  if (const auto* state = std::get_if<StateSpec>(&node.kind))
    return returned_by(*state, model.nodes[graph.giver(i)]);
  const SymbolicShape& given = graph.given(i);
  SymbolicShape shape = given;
  if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind);
      recurrent != nullptr && !recurrent->return_sequences)
    shape = {false, std::nullopt, given.features};
  if (const auto layer = layer_of(node)) shape.features = output_features(*layer, given.features);
  return shape;
}

/// Only an input has steps that do not count, so that which they are is known before a layer runs.
void check_masking(const ModelSpec& model, ModelGraph& graph, std::size_t i) {
  std::size_t giver = graph.giver(i);
  while (std::holds_alternative<DropoutSpec>(model.nodes[giver].kind)) giver = graph.giver(giver);
  if (!is_input(model.nodes[giver]) || !graph.returns[giver].sequence)
    refuse(model.nodes[i],
           "masks what \"{}\" returns: accepted is a Masking of the model's input, a sequence",
           model.nodes[giver].name);
  if (graph.masking)
    refuse(model.nodes[i], "masks beside \"{}\": accepted is one Masking", model.nodes[*graph.masking].name);
  graph.masking = i;
  graph.masked_input = static_cast<std::size_t>(std::find(graph.inputs.begin(), graph.inputs.end(), giver) -
                                                graph.inputs.begin());
}

/// Whether node `i` returns masked steps. What a join reads is masked as a whole, so that all masks are one;
/// of the states of a layer nothing is masked.
bool is_masked(const Node& node, const ModelGraph& graph, std::size_t i) {
  if (graph.masking == i) return true;
  const auto reads_masked = [&](std::size_t from) { return graph.masked[from]; };
  const auto reads = std::span(graph.reads[i]).first(reads_states(node) ? 1 : graph.reads[i].size());
  const bool any = std::any_of(reads.begin(), reads.end(), reads_masked);
  if (any && std::holds_alternative<ReshapeSpec>(node.kind))
    refuse(node, "reads masked steps: accepted are steps that all count");
  if (any && !std::all_of(reads.begin(), reads.end(), reads_masked))
    refuse(node, "reads masked steps and others: accepted are inputs of which all are masked, or none");
  return any && graph.returns[i].sequence;
}

ModelGraph resolved(const ModelSpec& model, Weighed weighed) {
  ModelGraph graph;
  look_up(model, graph);
  sort(model, graph);
  check_reached(model, graph);
  graph.returns.resize(model.nodes.size());
  graph.masked.resize(model.nodes.size());
  for (const std::size_t i : graph.order) {
    const Node& node = model.nodes[i];
    if (const auto layer = layer_of(node))
      check_layer(node, *layer, graph.given(i), model.nodes[graph.giver(i)], weighed);
    else
      check_other(node);
    try {
      check_initial_states(model, graph, i);
      graph.returns[i] = shape_of(model, graph, i);
    } catch (const std::invalid_argument& error) {
      refuse(node, "{}", error.what());
    }
    check_sizes(node, graph.returns[i]);
    if (std::holds_alternative<MaskingSpec>(node.kind)) check_masking(model, graph, i);
    graph.masked[i] = is_masked(node, graph, i);
  }
  return graph;
}

}  // namespace

ModelGraph resolve(const ModelSpec& model) {
  return resolved(model, Weighed::yes);
}

ModelGraph resolve_without_weights(const ModelSpec& model) {
  return resolved(model, Weighed::not_yet);
}

}  // namespace lockstep
