#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "cases/npz.h"

namespace lockstep {

/// A weight of a model by its name, as in "gru/recurrent_kernel", and the shape that Keras gives it.
struct NamedWeight {
  std::string name;
  std::vector<std::int64_t> dims;
};
/// In Keras' order, which is that of Trainer::weights.
std::vector<NamedWeight> named_weights(const ModelSpec&);

/// Arrays by those names.
std::vector<NpzMember> weight_members(const ModelSpec&, const std::vector<std::vector<float>>& weights);

/// The model with the weights of such a file, in any order. Throws std::invalid_argument, one line: a weight
/// that is missing, has another shape, or that the model has not.
ModelSpec with_weights(ModelSpec, const std::filesystem::path&);

}  // namespace lockstep
