#include "cases/keras/layer_settings.h"

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/spec_names.h"

namespace lockstep::keras {

void take_for_training(Fields& config, std::string_view key, Remarks& remarks) {
  const Json& value = config.take(key);
  const bool off = value.is_null() || value == Json(false) || (value.is_number() && value.get<double>() == 0);
  if (!off)
    remarks.not_trained.push_back(
        fmt::format("{}: {} is {}: accepted in training is none", config.where(), key, shown(value)));
}

Activation take_activation(Fields& config, std::string_view key, const Remarks& remarks) {
  const Json& value = config.need(key);
  if (value.is_null()) return Activation::linear;
  const auto activation = parse_activation(value);
  if (!activation) config.refuse(key, "one of " + activation_names.accepted());
  if (activation == Activation::hard_sigmoid && remarks.keras_major < 3)
    config.refuse(key,
                  "Keras 3's, clip(x / 6 + 1/2): the Keras 2 that wrote this file means clip(0.2 x + 1/2)");
  return *activation;
}

void take_weight_settings(Fields& config, std::initializer_list<const char*> weights, Remarks& remarks) {
  for (const std::string weight : weights) {
    config.ignore({weight + "_initializer"});
    take_for_training(config, weight + "_regularizer", remarks);
    take_for_training(config, weight + "_constraint", remarks);
  }
  take_for_training(config, "activity_regularizer", remarks);
}

}  // namespace lockstep::keras
