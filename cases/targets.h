#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "backends/loss.h"
#include "backends/model_spec.h"

namespace lockstep {

/// What a model is trained with where nothing is said: categorical_crossentropy where all its outputs come
/// from a softmax, else mean_squared_error.
Loss usual_loss(const ModelSpec&);

/// A target for an output of [samples, time_steps or 1, features], as values of [samples, time_steps or 1,
/// target_features]: functions of (seed, sample, time step, feature) alone. Random classes for
/// crossentropies, one-hot but for the sparse one; numbers from 0 to 1 for the binary one, else from -1 to 1.
std::vector<float> random_target(Loss, const std::array<std::int64_t, 3>& output, std::uint64_t seed);

}  // namespace lockstep
