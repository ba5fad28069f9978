#pragma once

#include <string>
#include <string_view>

#include "backends/model_spec.h"

namespace lockstep {

/// The table that model.summary() of Keras 3 prints for this model in float32 on a terminal of so many
/// columns (from 112 on it grows no wider), by keras/src/utils/summary_utils.py and the layout of rich's
/// tables. Throws std::invalid_argument for a model that is none, or fewer than 40 columns.
std::string summary(const ModelSpec&, int terminal_columns = 112);

/// The class of a layer in Keras.
std::string_view type_name(const Node&);

}  // namespace lockstep
