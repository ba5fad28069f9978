#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/model_states.h"
#include "verify/doctor/convention.h"

namespace lockstep::doctor {
namespace {

/// The nodes of a layer: its first call, then further ones, which all have its weights.
using Calls = std::vector<std::size_t>;

std::vector<Calls> layers_of(const ModelSpec& model) {
  std::vector<Calls> layers;
  std::map<std::string_view, std::size_t> positions;
  for (std::size_t node = 0; node < model.nodes.size(); ++node)
    if (model.nodes[node].call_of.empty()) {
      positions[model.nodes[node].name] = layers.size();
      layers.push_back({node});
    }
  for (std::size_t node = 0; node < model.nodes.size(); ++node)
    if (const std::string& first = model.nodes[node].call_of; !first.empty())
      layers[positions.at(first)].push_back(node);
  return layers;
}

std::string names_of(const Variant& variant, const std::vector<Calls>& layers) {
  std::vector<std::string> names;
  for (const Calls& layer : layers)
    names.push_back(fmt::format("\"{}\"", variant.model.nodes[layer.front()].name));
  return fmt::format("{}", fmt::join(names, ", "));
}

Change change_of(const Convention& convention, const Variant& variant, const std::vector<Calls>& layers) {
  const std::string names = names_of(variant, layers);
  Change change;
  change.name = fmt::format("{} in {}", convention.name, names);
  change.remedy = fmt::format(fmt::runtime(convention.remedy), names);
  change.slots = convention.slots;
  for (const Calls& layer : layers) change.nodes.insert(change.nodes.end(), layer.begin(), layer.end());
  change.apply = [apply = convention.apply, nodes = change.nodes](Variant& changed) {
    for (const std::size_t node : nodes) apply(changed, node);
  };
  return change;
}

/// Layers that a program is likely to treat alike.
std::string kind_of(const Node& node) {
  if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind))
    return std::string(to_string(recurrent->cell));
  return fmt::format("other {}", node.kind.index());
}

void add(const Convention& convention, const Variant& variant, std::vector<Change>& all) {
  const auto applies = [&](std::size_t node) { return convention.applies(variant, node); };
  std::map<std::string, std::vector<Calls>> by_kind;
  for (const Calls& layer : layers_of(variant.model))
    if (std::any_of(layer.begin(), layer.end(), applies))
      by_kind[kind_of(variant.model.nodes[layer.front()])].push_back(layer);
  for (const auto& [kind, layers] : by_kind) all.push_back(change_of(convention, variant, layers));
  for (const auto& [kind, layers] : by_kind)
    for (std::size_t i = 0; layers.size() > 1 && i < layers.size(); ++i)
      all.push_back(change_of(convention, variant, {layers[i]}));
}

void mask_blank_steps(Variant& variant, const std::string& input) {
  const std::string masking = fmt::format("{} masked", input);
  for (Node& node : variant.model.nodes)
    for (std::string& read : node.inputs)
      if (read == input) read = masking;
  variant.model.nodes.push_back({masking, MaskingSpec{}, {input}, {}});
  variant.weights.push_back(std::make_shared<BasicWeights<double>>());
  variant.runs.emplace_back();
}

/// Whether it has no mask and its layers take one of that input.
bool takes_mask(Variant variant, const std::string& input) {
  const auto& nodes = variant.model.nodes;
  if (std::any_of(nodes.begin(), nodes.end(),
                  [](const Node& node) { return std::holds_alternative<MaskingSpec>(node.kind); }))
    return false;
  mask_blank_steps(variant, input);
  try {
    resolve(variant.model);
  } catch (const std::invalid_argument&) {
    return false;
  }
  return true;
}

bool any_hands_states_on(const ModelSpec& model) {
  return std::any_of(model.nodes.begin(), model.nodes.end(),
                     [&](const Node& node) { return hands_states_on(model, node); });
}

/// Of the states in which the recurrent layers start, and of a mask that the model has not.
void add_whole_runs(const Variant& variant, const std::vector<std::string>& blank_inputs,
                    std::vector<Change>& all) {
  std::vector<std::size_t> recurrent;
  for (std::size_t node = 0; node < variant.model.nodes.size(); ++node)
    if (recurrent_at(variant, node) != nullptr) recurrent.push_back(node);
  if (recurrent.empty()) return;
  const auto of_runs = [recurrent](bool LayerRun::*flag) {
    return [recurrent, flag](Variant& changed) {
      for (const std::size_t node : recurrent) changed.runs[node].*flag = true;
    };
  };
  if (!any_hands_states_on(variant.model)) {
    all.push_back(
        {"states not kept between steps",
         "keep the states from step to step: the program behind y starts every step from zero states",
         recurrent, slot::start, of_runs(&LayerRun::forgets)});
    all.push_back(
        {"states not reset between samples",
         "reset the states before each sample: the program behind y starts each in the states in which "
         "the one before it ended",
         recurrent, slot::start, of_runs(&LayerRun::carries)});
  }
  all.push_back(
      {"states not reset between runs",
       "reset the states before each run: the program behind y had run on the same input once before, "
       "and started in the states in which that ended",
       recurrent, slot::start, [](Variant& changed) { changed.is_second_call = true; }});
  const bool is_only_input = resolve(variant.model).inputs.size() == 1;
  for (const std::string& input : blank_inputs) {
    if (!takes_mask(variant, input)) continue;
    const std::string of_it = is_only_input ? "" : fmt::format(" of \"{}\"", input);
    all.push_back({fmt::format("steps of zeros{} masked", of_it),
                   fmt::format("mask the steps of zeros{} in both or in none: the program behind y does not "
                               "count them (Masking of the value 0), the model does",
                               of_it),
                   recurrent, slot::mask, [input](Variant& changed) { mask_blank_steps(changed, input); }});
  }
}

}  // namespace

std::vector<Change> changes_of(const Variant& variant, const std::vector<std::string>& blank_inputs) {
  std::vector<Change> all;
  for (const Conventions& conventions : {gate_conventions(), reset_conventions(), bias_conventions(),
                                         activation_conventions(), time_conventions()})
    for (const Convention& convention : conventions) add(convention, variant, all);
  add_whole_runs(variant, blank_inputs, all);
  for (const Conventions& conventions : {layout_conventions(), omission_conventions()})
    for (const Convention& convention : conventions) add(convention, variant, all);
  return all;
}

bool exclude_each_other(const Change& a, const Change& b) {
  if ((a.slots & b.slots) == 0) return false;
  return std::any_of(a.nodes.begin(), a.nodes.end(), [&](std::size_t node) {
    return std::find(b.nodes.begin(), b.nodes.end(), node) != b.nodes.end();
  });
}

Variant with_changes(Variant variant, std::vector<const Change*> changes) {
  const auto first_slot = [](const Change* change) { return change->slots & (~change->slots + 1); };
  std::stable_sort(changes.begin(), changes.end(),
                   [&](const Change* a, const Change* b) { return first_slot(a) < first_slot(b); });
  for (const Change* change : changes) change->apply(variant);
  return variant;
}

}  // namespace lockstep::doctor
