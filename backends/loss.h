#pragma once

#include <cstdint>
#include <string_view>

#include "backends/names.h"
#include "backends/tensor.h"

namespace lockstep {

enum class Loss {
  categorical_crossentropy,
  sparse_categorical_crossentropy,
  mean_squared_error,
  mean_absolute_error,
  binary_crossentropy
};
inline constexpr Names<Loss, 5> loss_names{{"categorical_crossentropy", "sparse_categorical_crossentropy",
                                            "mean_squared_error", "mean_absolute_error",
                                            "binary_crossentropy"}};
/// By its name, or Keras' short one (mse, mae). Throws std::invalid_argument that lists the names.
Loss parse_loss(std::string_view);

/// Values of one row of the target for an output of so many features: of the sparse loss one, a class.
std::int64_t target_features(Loss, std::int64_t output_features);

/// The mean over all batch * time_steps rows of the loss of a row (Keras' "sum_over_batch_size"), and its
/// gradient by the output, overwritten. keras/src/losses/losses.py, and for crossentropies of probabilities
/// keras/src/backend/tensorflow/nn.py: categorical normalises the row, and all clip to [1e-7, 1 - 1e-7];
/// where they clip, the gradient is 0. (From a softmax in front of it, Keras on TensorFlow takes the logits
/// instead: the same numbers unless a probability is clipped or a target does not add up to 1. It takes those
/// of a sigmoid for a softmax's, too, and the other way round for the binary loss: these are other losses.)
/// target [batch, time_steps, target_features], output and gradient [batch, time_steps, features]. Throws
/// std::invalid_argument for a class that is none.
template <class Real>
double loss_and_gradient(Loss, const SequenceView<const Real>& target, const SequenceView<const Real>& output,
                         const SequenceView<Real>& gradient);

}  // namespace lockstep
