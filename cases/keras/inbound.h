#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cases/keras/fields.h"

namespace lockstep::keras {

/// The layer that a layer of a Functional reads, from "inbound_nodes" as Keras 3 and Keras 2 write it: empty
/// where it reads none. Takes the key. Throws std::invalid_argument where it is called more than once, reads
/// several tensors, states or masks, or is called as in training.
std::string take_inbound(Fields& wrapper);

/// The layers that "input_layers" and "output_layers" name.
std::vector<std::string> take_layer_names(Fields& config, std::string_view key);

}  // namespace lockstep::keras
