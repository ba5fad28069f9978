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
  std::string refusal = {};  // what to say where the layer returns no such
};
/// What a layer of a Functional is called with.
struct Inbound {
  std::vector<TensorRead> reads;
  std::vector<TensorRead> states;                // initial ones, in the order of its states
  std::vector<std::optional<TensorRead>> masks;  // of what it reads
};

/// What a layer is called with; a model with a tensor, a list of them, or a dict.
enum class Reads { one, several, one_and_states, of_model };

/// Each call of "inbound_nodes" as Keras 3 and Keras 2 write it; none of an Input. Takes the key. `keys`:
/// those of the inputs of a model, in the order in which what it is called with by a dict is given. Throws
/// std::invalid_argument where the layer reads more tensors than it does, or is called as in training.
std::vector<Inbound> take_inbound(Fields& wrapper, Reads, const std::vector<std::string>& keys = {});

/// A tensor of Keras 3, which is the first that its layer returns.
TensorRead read_first_tensor(Fields& wrapper, std::string_view key, const Json& tensor);

/// The tensors that "input_layers" and "output_layers" name; of a dict in the order of its keys, as Keras has
/// them (keras/src/tree).
std::vector<TensorRead> take_tensors(Fields& config, std::string_view key);

}  // namespace lockstep::keras
