#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cases/keras/fields.h"

namespace lockstep::keras {

/// What a layer of a Functional is called with, by the names of layers; empty: none.
struct Inbound {
  std::string reads;
  std::string mask;
};

/// Of "inbound_nodes" as Keras 3 and Keras 2 write it. Takes the key. Throws std::invalid_argument where the
/// layer is called more than once, reads several tensors or states, or is called as in training.
Inbound take_inbound(Fields& wrapper);

/// What tells which steps count in a Functional of Keras 3: NotEqual(input, a Masking's value), and Any of
/// that.
struct MaskOperation {
  std::string reads;
  std::optional<double> not_equal_to;  // none: it's Any
};
/// Whether it is one of them, by its "module" and "class_name".
bool is_mask_operation(const Json& layer);
/// Takes "config" and "inbound_nodes". Throws std::invalid_argument for what no Masking makes.
MaskOperation take_mask_operation(Fields& wrapper);

/// The layers that "input_layers" and "output_layers" name.
std::vector<std::string> take_layer_names(Fields& config, std::string_view key);

}  // namespace lockstep::keras
