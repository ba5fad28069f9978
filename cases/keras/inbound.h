#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cases/fields.h"

namespace lockstep::keras {

/// One of the tensors that a layer returns.
struct TensorRead {
  std::string layer;
  std::size_t node = 0;  // the call, as the file counts it (cases/keras/calls.h)
  std::size_t number = 0;
  bool is_reference = true;  // as Keras 2 and "output_layers" write it, and no tensor of Keras 3
  std::string refusal = {};  // what to say where the layer returns no such, but a state
};
/// What a layer of a Functional is called with.
struct Inbound {
  std::vector<TensorRead> reads;
  std::string mask;  // the name of a layer; empty: none
};

/// How many tensors a layer is called with.
enum class Reads { one, several };

/// Each call of "inbound_nodes" as Keras 3 and Keras 2 write it; none of an Input. Takes the key. Throws
/// std::invalid_argument where the layer reads more tensors than it does, or is called as in training.
std::vector<Inbound> take_inbound(Fields& wrapper, Reads);

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

/// The tensors that "input_layers" and "output_layers" name.
std::vector<TensorRead> take_tensors(Fields& config, std::string_view key);

}  // namespace lockstep::keras
