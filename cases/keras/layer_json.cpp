#include "cases/keras/layer_json.h"

#include <cctype>
#include <cstddef>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lockstep::keras {

std::string class_of(const Json& json) {
  const auto name = json.find("class_name");
  return name != json.end() && name->is_string() ? name->get<std::string>() : "";
}

bool is_sequential(const Json& layer) {
  return layer.is_object() && class_of(layer) == "Sequential";
}

bool is_functional(const Json& layer) {
  return layer.is_object() && class_of(layer) == "Functional";
}

bool takes_several(const Json& json) {
  const std::string name = class_of(json);
  return name == "Concatenate" || name == "Add" || name == "Multiply" || name == "Average";
}

std::vector<std::string> input_keys(const Json& functional) {
  std::vector<std::string> keys;
  const auto config = functional.find("config");
  if (config == functional.end() || !config->is_object()) return keys;
  const auto inputs = config->find("input_layers");  // ["x", 0, 0], a list of such, or a dict
  if (inputs == config->end()) return keys;
  if (inputs->is_object())
    for (const auto& [key, input] : inputs->items()) keys.push_back(key);
  else if (inputs->is_array())
    for (const Json& input :
         !inputs->empty() && inputs->front().is_string() ? Json::array({*inputs}) : *inputs)
      if (input.is_array() && !input.empty() && input.front().is_string())
        keys.push_back(input.front().get<std::string>());
  return keys;
}

bool takes_states(const Json& layer) {
  const std::string name = class_of(layer);
  return name == "SimpleRNN" || name == "LSTM" || name == "GRU" || name == "RNN" || name == "Bidirectional";
}

bool returns_states(const Json& layer) {
  const auto is_on = [](const Json& config) {
    const auto found = config.find("return_state");
    return found != config.end() && *found == Json(true);
  };
  if (!layer.is_object() || !layer.contains("config") || !layer["config"].is_object()) return false;
  const Json& config = layer["config"];
  const auto inner = config.find("layer");
  if (inner == config.end() || !inner->is_object() || !inner->contains("config")) return is_on(config);
  return inner->at("config").is_object() && is_on(inner->at("config"));
}

std::string name_of(const Json& json) {
  if (!json.is_object())
    throw std::invalid_argument(fmt::format("layers: one is {}: accepted are objects", shown(json)));
  const auto config = json.find("config");
  if (config == json.end() || !config->is_object())
    throw std::invalid_argument(fmt::format("layers: one has no config: accepted is what Keras writes"));
  const auto name = config->find("name");
  if (name == config->end() || !name->is_string())
    throw std::invalid_argument(fmt::format("layers: one has no name: accepted is what Keras writes"));
  return checked_name(name->get<std::string>(), "layers");
}

std::string snake_case(const std::string& class_name) {
  const auto is = [&](std::size_t i, int (*kind)(int)) {
    return i < class_name.size() && kind(static_cast<unsigned char>(class_name[i])) != 0;
  };
  std::string name;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const bool starts_word =
        is(i, std::isupper) && i > 0 && (is(i + 1, std::islower) || is(i - 1, std::islower));
    if (starts_word) name += '_';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(class_name[i])));
  }
  return name;
}

}  // namespace lockstep::keras
