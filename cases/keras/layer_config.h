#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "backends/model_spec.h"
#include "cases/fields.h"

namespace lockstep::keras {

/// What is found on the way beside the model.
struct Remarks {
  int keras_major = 3;                   // of the Keras that wrote the file
  bool counts_calls = true;              // whether that wrote which of a layer's calls is read; 3.2 did not
  std::vector<std::string> notices;      // what is taken otherwise than the file has it: one line each
  std::vector<std::string> not_trained;  // why lockstep would train it otherwise than Keras' fit: likewise
  std::set<std::string> dtypes;          // of the weights in the file
};

/// A layer of one of the kinds that a model has, without its inputs and weights.
struct LayerConfig {
  NodeKind kind;
  std::string class_name;    // by which its weights are filed: "TimeDistributed", not "Dense"
  std::string weights_path;  // from the layer's group to its weights, as in "cell/vars"; empty: it has none
  bool trainable = true;
  bool stateful = false;
  bool return_state = false;
};

/// Throws std::invalid_argument for a class of layer that is none of those that models have; `where` is the
/// layer.
void check_class(const std::string& class_name, const std::string& where);

/// Takes "name", "trainable" and "dtype" of a layer's config, and the keys of Keras 2 for its input. Gives
/// whether it is trainable.
bool take_common(Fields& config, Remarks&);

/// `wrapper` is the JSON of a layer as keras/src/saving/serialization_lib.py writes it: of it, "class_name",
/// "module", "registered_name" and "config" are taken. Throws std::invalid_argument with the layer's name: a
/// class, a key or a value that this program does not compute.
LayerConfig read_layer(Fields& wrapper, Remarks&);

/// Takes "class_name" and the keys beside it that say whose class it is; refuses what is not Keras' own.
std::string take_class(Fields& wrapper);

/// The dimensions behind the batch in a shape of Keras, as in [null, 64, 8]: (time_steps, features), or
/// (features).
InputSpec input_shape(const Fields& config, std::string_view key, const Json& shape);

}  // namespace lockstep::keras
