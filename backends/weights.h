#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "backends/spec.h"

namespace lockstep {

/// A layer's weights in the layout of Keras, row-major; empty where the layer has none.
template <class Real>
struct BasicWeights {
  std::vector<Real> kernel;            // [features, gates * units]
  std::vector<Real> recurrent_kernel;  // [units, gates * units]
  std::vector<Real> bias;  // [gates * units]; gru with reset_after: [2, gates * units], input row first

  template <class Other>
  BasicWeights<Other> as() const {
    return {{kernel.begin(), kernel.end()},
            {recurrent_kernel.begin(), recurrent_kernel.end()},
            {bias.begin(), bias.end()}};
  }
};
using Weights = BasicWeights<float>;

/// Rows and columns of each weight; {0, 0} where there is none.
struct WeightShapes {
  using Matrix = std::array<std::int64_t, 2>;
  Matrix kernel{}, recurrent_kernel{}, bias{};
  std::int64_t parameters() const {
    return kernel[0] * kernel[1] + recurrent_kernel[0] * recurrent_kernel[1] + bias[0] * bias[1];
  }
};
WeightShapes weight_shapes(const LayerSpec&, std::int64_t features);

/// Throws std::invalid_argument naming the weight whose size does not fit the layer.
void check_weights(const Problem&, const Weights&);

}  // namespace lockstep
