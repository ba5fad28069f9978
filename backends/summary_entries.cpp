#include "backends/summary_entries.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "backends/model_states.h"
#include "backends/summary.h"

namespace lockstep {
namespace {

bool is_in(const std::string& node, const std::string& layer) {
  return node.starts_with(layer) && (node.size() == layer.size() || node[layer.size()] == '/');
}

/// The outermost layer made of layers that a node is part of; null for none.
const NestedModel* nested_of(const ModelSpec& model, const std::string& node) {
  for (const NestedModel& one : model.nested)
    if (is_in(node, one.name)) return &one;
  return nullptr;
}

std::vector<std::size_t> nodes_of(const ModelSpec& model, const std::vector<std::string>& names) {
  std::vector<std::size_t> nodes;
  for (const std::string& name : names)
    for (std::size_t i = 0; i < model.nodes.size(); ++i)
      if (model.nodes[i].name == name) nodes.push_back(i);
  return nodes;
}

/// A layer made of layers, with its further calls.
SummaryEntry entry_of(const ModelSpec& model, const NestedModel& nested) {
  SummaryEntry entry{nested.name, nested.type, {{nested.name, nodes_of(model, nested.outputs)}}, true};
  for (const NestedModel& one : model.nested)
    if (one.call_of == nested.name) entry.calls.push_back({one.name, nodes_of(model, one.outputs)});
  return entry;
}

/// Where a node stands: in which row, and in which call of that.
struct Place {
  std::size_t row = 0, call = 0;
  bool operator==(const Place&) const = default;
};

/// Of each node, in the order of the rows; a state stands where its layer does.
std::vector<Place> places_of(const ModelSpec& model, std::vector<SummaryEntry>& entries) {
  std::vector<Place> places;
  std::map<std::string, std::size_t> rows;
  std::map<std::string, Place, std::less<>> of_layers;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const Node& node = model.nodes[i];
    places.emplace_back();
    if (std::holds_alternative<StateSpec>(node.kind)) continue;
    const NestedModel* nested = nested_of(model, node.name);
    const std::string& name = nested != nullptr      ? nested->name
                              : node.call_of.empty() ? node.name
                                                     : node.call_of;
    const auto [row, is_new] = rows.emplace(name, entries.size());
    if (is_new && nested != nullptr)
      entries.push_back(entry_of(model, *nested));
    else if (is_new)
      entries.push_back({name, std::string(type_name(node)), {}});
    auto& calls = entries[row->second].calls;
    if (nested == nullptr) calls.push_back({node.name, {i}});
    std::size_t call = calls.size() - 1;
    while (call > 0 && !is_in(node.name, calls[call].name)) --call;
    places.back() = of_layers[node.name] = {row->second, call};
  }
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (std::holds_alternative<StateSpec>(model.nodes[i].kind))
      places[i] = of_layers.at(model.nodes[i].inputs.front());
  return places;
}

/// How many states its row returns, in the same call, before the state that is node `i`.
std::size_t states_before(const ModelSpec& model, const ModelGraph& graph, const std::vector<Place>& places,
                          std::size_t i) {
  const auto* state = std::get_if<StateSpec>(&model.nodes[i].kind);
  if (state == nullptr) return 0;
  std::size_t count = state->state == State::c ? 1 : 0;
  for (std::size_t layer = 0; layer < graph.giver(i); ++layer)
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&model.nodes[layer].kind);
        recurrent != nullptr && places[layer] == places[i])
      count += state_count(*recurrent);
  return count;
}

}  // namespace

std::vector<SummaryEntry> summary_entries(const ModelSpec& model, const ModelGraph& graph) {
  std::vector<SummaryEntry> entries;
  const std::vector<Place> places = places_of(model, entries);
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const Node& node = model.nodes[i];
    SummaryEntry& entry = entries[places[i].row];
    auto& own_reads = entry.calls[places[i].call].reads;
    for (std::size_t read = 0; read < graph.reads[i].size(); ++read) {
      const std::size_t from = graph.reads[i][read];
      if (places[from] == places[i]) continue;
      SummaryEntry& giver = entries[places[from].row];
      const auto& outputs = giver.calls[places[from].call].outputs;
      auto tensor =
          static_cast<std::size_t>(std::find(outputs.begin(), outputs.end(), from) - outputs.begin());
      if (tensor == outputs.size()) tensor += states_before(model, graph, places, from);
      std::string reads = fmt::format("{}[{}][{}]", giver.name, places[from].call, tensor);
      const bool is_state = reads_states(node) && read > 0;
      if (entry.is_nested && !is_state &&
          std::find(own_reads.begin(), own_reads.end(), reads) != own_reads.end())
        continue;
      own_reads.push_back(std::move(reads));
      ++giver.readers;
    }
    const auto layer = layer_of(node);
    if (!layer || !node.call_of.empty()) continue;
    const std::int64_t count = weight_shapes(*layer, graph.given(i).features).parameters();
    entry.parameters += count;
    if (node.trainable) entry.trainable += count;
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&*layer);
        recurrent != nullptr && node.return_state && !entry.is_model())
      entry.states.resize(entry.states.size() + state_count(*recurrent),
                          {false, std::nullopt, recurrent->units});
  }
  return entries;
}

}  // namespace lockstep
