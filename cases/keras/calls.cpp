#include "cases/keras/calls.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "cases/keras/layer_json.h"

namespace lockstep::keras {
namespace {

bool begins_with_input(const Json& sequential) {
  const auto config = sequential.find("config");
  if (config == sequential.end() || !config->is_object()) return false;
  const auto layers = config->find("layers");
  return layers != config->end() && layers->is_array() && !layers->empty() &&
         class_of(layers->front()) == "InputLayer";
}

}  // namespace

Calls::Calls(const Json& layers, int keras_major) : keras_major_(keras_major) {
  for (const Json& layer : layers) {
    Layer& one = layers_[name_of(layer)];
    if (const auto nodes = layer.find("inbound_nodes"); nodes != layer.end()) one.calls = nodes->size();
    one.is_functional = lockstep::keras::is_functional(layer);
    one.is_chain_with_input = lockstep::keras::is_sequential(layer) && begins_with_input(layer);
  }
}

std::size_t Calls::index_of(const TensorRead& tensor) const {
  const auto found = layers_.find(tensor.layer);
  if (found == layers_.end() || found->second.calls <= 1) return 0;
  const auto& [calls, is_functional, is_chain_with_input] = found->second;
  const bool from_one = tensor.is_reference && (is_functional || (is_chain_with_input && keras_major_ < 3));
  const std::size_t first = from_one ? 1 : 0;
  if (tensor.node < first || tensor.node >= first + calls)
    throw std::invalid_argument(fmt::format("layer {}: its call {} is read: accepted are {} to {}",
                                            in_quotes(tensor.layer), tensor.node, first, first + calls - 1));
  return tensor.node - first;
}

void check_shared(const Fields& wrapper, const ModelSpec& model, std::size_t first, std::size_t calls,
                  Remarks& remarks) {
  const auto begin = model.nodes.begin() + static_cast<std::ptrdiff_t>(first);
  const auto has_weights = [](const Node& node) {
    const auto layer = layer_of(node);
    return layer && !std::holds_alternative<ActivationSpec>(*layer);
  };
  if (std::any_of(begin, model.nodes.end(), [](const Node& node) { return node.stateful; }))
    wrapper.refuse("inbound_nodes", "one call of a layer that is stateful");
  if (std::any_of(begin, model.nodes.end(), has_weights))
    remarks.not_trained.push_back(
        fmt::format("{}: is called {} times: accepted in training is one call of a layer with weights",
                    wrapper.where(), calls));
}

std::string call_name(const std::string& layer, std::size_t call) {
  return call == 0 ? layer : fmt::format("{}/call_{}", layer, call + 1);
}

}  // namespace lockstep::keras
