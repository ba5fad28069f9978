#pragma once

#include <initializer_list>
#include <string_view>

#include "cases/fields.h"
#include "cases/keras/layer_config.h"

/// What the configs of many layers have alike.
namespace lockstep::keras {

/// Of a key whose value matters in training alone, and is none where it is null, false or 0.
void take_for_training(Fields& config, std::string_view key, Remarks&);

Activation take_activation(Fields& config, std::string_view key, const Remarks&);

/// The initializers, regularizers and constraints of these weights, and the layer's activity_regularizer.
void take_weight_settings(Fields& config, std::initializer_list<const char*> weights, Remarks&);

}  // namespace lockstep::keras
