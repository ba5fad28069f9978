#include "backends/model_spec.h"

#include <map>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

void look_up(const ModelSpec& model, ModelGraph& graph) {
  const Positions positions = positions_of(model);
  std::vector<std::size_t> inputs;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const Node& node = model.nodes[i];
    if (is_input(node)) inputs.push_back(i);
    if (const std::size_t takes = is_input(node) ? 0 : 1; node.inputs.size() != takes)
      refuse(node, "has {} inputs: it takes {}", node.inputs.size(), takes);
    graph.reads.push_back(
        is_input(node) ? i : find(positions, node.inputs[0], fmt::format("layer \"{}\"", node.name)));
  }
  if (inputs.size() != 1)
    throw std::invalid_argument(fmt::format("the model has {} Input layers: it takes one", inputs.size()));
  graph.input = inputs[0];
  if (model.outputs.empty()) throw std::invalid_argument("the model has no output: it takes one or more");
  for (const std::string& name : model.outputs)
    graph.outputs.push_back(find(positions, name, "outputs of the model"));
}

void sort(const ModelSpec& model, ModelGraph& graph) {
  enum class Mark { none, on_path, placed };
  std::vector<Mark> marks(model.nodes.size(), Mark::none);
  std::vector<std::size_t> path;  // from a node up to the first that is placed
  for (std::size_t i = 0; i < marks.size(); ++i) {
    std::size_t node = i;
    while (marks[node] == Mark::none) {
      marks[node] = Mark::on_path;
      path.push_back(node);
      if (node != graph.input) node = graph.reads[node];
    }
    if (marks[node] == Mark::on_path && node != graph.input)
      refuse(model.nodes[node], "reads from itself through a cycle: a model is a graph without cycles");
    for (; !path.empty(); path.pop_back()) {
      marks[path.back()] = Mark::placed;
      graph.order.push_back(path.back());
    }
  }
}

void check_reached(const ModelSpec& model, const ModelGraph& graph) {
  std::vector<bool> used(model.nodes.size());
  for (std::size_t node : graph.outputs)
    for (; !used[node]; node = graph.reads[node]) used[node] = true;
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i]) refuse(model.nodes[i], "leads to no output: each layer takes part in one");
}

void check_layer(const Node& node, const LayerSpec& layer, const SymbolicShape& given, const Node& giver) {
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
    check_weights(problem, node.weights);
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
  if (const auto* input = std::get_if<InputSpec>(&node.kind)) {
    Problem problem;
    problem.layer = ActivationSpec{};
    problem.shape = {1, input->time_steps.value_or(1), input->features};
    try {
      validate(problem);
    } catch (const std::invalid_argument& error) {
      refuse(node, "{}", error.what());
    }
  }
}

SymbolicShape shape_of(const Node& node, const SymbolicShape& given) {
  if (const auto* input = std::get_if<InputSpec>(&node.kind))
    return {true, input->time_steps, input->features};
  SymbolicShape shape = given;
  if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind);
      recurrent != nullptr && !recurrent->return_sequences)
    shape = {false, std::nullopt, given.features};
  if (const auto layer = layer_of(node)) shape.features = output_features(*layer, given.features);
  return shape;
}

/// Only the input has steps that do not count, so that which they are is known before a layer runs.
void check_masking(const ModelSpec& model, ModelGraph& graph, std::size_t i) {
  std::size_t giver = graph.reads[i];
  while (std::holds_alternative<DropoutSpec>(model.nodes[giver].kind)) giver = graph.reads[giver];
  if (giver != graph.input)
    refuse(model.nodes[i], "masks what \"{}\" returns: accepted is a Masking of the model's input",
           model.nodes[giver].name);
  if (graph.masking)
    refuse(model.nodes[i], "masks beside \"{}\": accepted is one Masking", model.nodes[*graph.masking].name);
  graph.masking = i;
}

}  // namespace

std::string to_string(const SymbolicShape& shape, std::string_view batch) {
  if (!shape.sequence) return fmt::format("({}, {})", batch, shape.features);
  return fmt::format("({}, {}, {})", batch, shape.time_steps ? fmt::to_string(*shape.time_steps) : "None",
                     shape.features);
}

std::optional<LayerSpec> layer_of(const Node& node) {
  if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind)) return *recurrent;
  if (const auto* dense = std::get_if<DenseSpec>(&node.kind)) return *dense;
  if (const auto* activation = std::get_if<ActivationSpec>(&node.kind)) return *activation;
  return std::nullopt;
}

ModelGraph resolve(const ModelSpec& model) {
  ModelGraph graph;
  look_up(model, graph);
  sort(model, graph);
  check_reached(model, graph);
  graph.returns.resize(model.nodes.size());
  graph.masked.resize(model.nodes.size());
  for (const std::size_t i : graph.order) {
    const Node& node = model.nodes[i];
    const SymbolicShape& given = graph.returns[graph.reads[i]];
    if (const auto layer = layer_of(node))
      check_layer(node, *layer, given, model.nodes[graph.reads[i]]);
    else
      check_other(node);
    graph.returns[i] = shape_of(node, given);
    if (std::holds_alternative<MaskingSpec>(node.kind)) check_masking(model, graph, i);
    graph.masked[i] = graph.returns[i].sequence && (graph.masking == i || graph.masked[graph.reads[i]]);
  }
  return graph;
}

std::int64_t parameters(const ModelSpec& model) {
  const ModelGraph graph = resolve(model);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (const auto layer = layer_of(model.nodes[i]))
      sum += weight_shapes(*layer, graph.returns[graph.reads[i]].features).parameters();
  return sum;
}

ModelSpec with_dense_style(ModelSpec model, DenseStyle style) {
  const ModelGraph graph = resolve(model);
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (auto* dense = std::get_if<DenseSpec>(&model.nodes[i].kind);
        dense != nullptr && graph.returns[graph.reads[i]].sequence)
      dense->style = style;
  return model;
}

}  // namespace lockstep
