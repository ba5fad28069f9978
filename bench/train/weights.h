#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "cases/array.h"
#include "cases/npz.h"

namespace lockstep {

/// The weights of a model by their names, as in "gru/recurrent_kernel", with the shapes that Keras gives
/// them, in its order, which is that of Trainer::weights.
std::vector<NamedShape> named_weights(const ModelSpec&);

/// Arrays by those names.
std::vector<NpzMember> weight_members(const ModelSpec&, const std::vector<std::vector<float>>& weights);

/// The model with the weights of such a file, in any order. Throws std::invalid_argument, one line: a weight
/// that is missing, has another shape, or that the model has not. Takes no more memory than the weights.
ModelSpec with_weights(ModelSpec, const std::filesystem::path&);

}  // namespace lockstep
