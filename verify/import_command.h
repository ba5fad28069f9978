#pragma once

#include <filesystem>
#include <string>

#include "backends/model_spec.h"

namespace lockstep {

/// Of each recurrent and dense layer, in 80 columns: its tensors as Keras, PyTorch, ONNX and oneDNN have them
/// where they have such a layer, with shape, order of gates and what of Keras' weights each is made of; where
/// the reset gate and the biases stand, and which activations it has.
std::string explain_weights(const ModelSpec&);

/// lockstep import: prints that of a model; `config` is that of weights alone.
int import_command(const std::string& model, const std::filesystem::path& config);

}  // namespace lockstep
