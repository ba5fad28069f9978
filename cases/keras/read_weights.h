#pragma once

#include <string>

#include "cases/keras/hdf5_content.h"
#include "cases/keras/layer_config.h"
#include "cases/keras/model_config.h"

namespace lockstep::keras {

/// How a file names the weights of layers: a model.weights.h5 by classes (keras/src/saving/saving_lib.py), in
/// the naming of Keras 3 or Keras 2.13; a legacy .h5 by layers (keras/src/legacy/saving/legacy_h5_format.py).
enum class WeightsNaming { by_class, by_layer };

/// Gives the layers of the model their weights. Throws std::invalid_argument: a tensor that a layer lacks,
/// has another shape, or that no layer has.
void read_weights(ModelConfig&, Hdf5Content&, WeightsNaming, Remarks&);

/// Whether a tensor is a weight, by its path, and not what Keras keeps beside them: how training goes on, and
/// the state of random numbers.
bool is_weight(const std::string& path);

}  // namespace lockstep::keras
