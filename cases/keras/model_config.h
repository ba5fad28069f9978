#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "cases/fields.h"
#include "cases/keras/layer_config.h"

namespace lockstep::keras {

/// A folder of layers on the way to a group of weights, and the layer's place among those of its class in it:
/// "layers/lstm_1" is the second LSTM.
struct GroupStep {
  std::string class_name;  // in snake case
  std::size_t before = 0;  // layers of the same class before it
  std::size_t before_with_weights = 0;
};
/// Where the weights of a layer are.
struct WeightsPlace {
  std::size_t node = 0;  // of ModelSpec::nodes
  std::vector<GroupStep> steps;
  std::string path;   // below them, as in "cell/vars"
  std::string layer;  // whose they are in a legacy .h5, as in "outer/lstm"
};

/// A mask that a layer is called with, as in a Functional of Keras 3.
struct MaskGiven {
  std::string layer;      // which is called so
  std::string reads;      // what it reads
  std::string of;         // which steps count is told from this
  double mask_value = 0;  // and this
};

struct ModelConfig {
  ModelSpec model;                   // without weights
  std::vector<WeightsPlace> places;  // of each layer that has some
  std::vector<MaskGiven> masks;
};

/// The model of a config.json: a Sequential or a Functional, of layers that models have
/// (backends/model_spec.h). Layers of models in it become layers of it, named "outer/inner", and read what
/// their model is called with; a layer that is called more than once becomes one for each call, "dense" and
/// "dense/call_2". Throws std::invalid_argument naming the layer: what Fields and read_layer refuse, a graph
/// that no model has.
ModelConfig read_model_config(const Json& config, Remarks&);

}  // namespace lockstep::keras
