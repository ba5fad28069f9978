#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <vector>

#include "backends/spec.h"

namespace lockstep {

/// A layer's weights in the layout of Keras, row-major; empty where the layer has none.
template <class Real, class Values = std::vector<Real>>
struct BasicWeights {
  Values kernel;            // [features, gates * units]
  Values recurrent_kernel;  // [units, gates * units]
  Values bias;              // [gates * units]; gru with reset_after: [2, gates * units], input row first

  template <class Other, class OtherValues = std::vector<Other>>
  BasicWeights<Other, OtherValues> as() const {
    return {{kernel.begin(), kernel.end()},
            {recurrent_kernel.begin(), recurrent_kernel.end()},
            {bias.begin(), bias.end()}};
  }
};
using Weights = BasicWeights<float>;

/// Where a layer's weights are; they are somebody else's, and stay where they are as long as this is used.
template <class Real>
struct WeightsView {
  const Real* kernel;
  const Real* recurrent_kernel;
  const Real* bias;

  template <class Values>
  WeightsView(const BasicWeights<Real, Values>& weights)
      : kernel(weights.kernel.data()),
        recurrent_kernel(weights.recurrent_kernel.data()),
        bias(weights.bias.data()) {}
};

/// Copies values of the same sizes to where those of `to` are: views of it hold, and no memory is asked for.
template <class Real, class Values>
void overwrite(BasicWeights<Real, Values>& to, const BasicWeights<Real>& from) {
  assert(from.kernel.size() == to.kernel.size() && from.bias.size() == to.bias.size() &&
         from.recurrent_kernel.size() == to.recurrent_kernel.size());
  std::copy(from.kernel.begin(), from.kernel.end(), to.kernel.begin());
  std::copy(from.recurrent_kernel.begin(), from.recurrent_kernel.end(), to.recurrent_kernel.begin());
  std::copy(from.bias.begin(), from.bias.end(), to.bias.begin());
}

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
