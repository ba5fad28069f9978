#pragma once

#include <cmath>
#include <cstdint>

#include "backends/activation.h"

namespace lockstep {

/// The derivative of an elementwise activation where its value is `y`; at a kink, that of the side where it
/// is constant. Branch-free, for loops that become vector code.
template <Activation activation>
float slope(float y) {
  if constexpr (activation == Activation::tanh) return 1.0F - y * y;
  if constexpr (activation == Activation::sigmoid) return y * (1.0F - y);
  if constexpr (activation == Activation::hard_sigmoid)
    return (y > 0.0F ? 1.0F / 6.0F : 0.0F) * (y < 1.0F ? 1.0F : 0.0F);
  if constexpr (activation == Activation::relu) return y > 0.0F ? 1.0F : 0.0F;
  if constexpr (activation == Activation::softsign) return (1.0F - std::abs(y)) * (1.0F - std::abs(y));
  return 1.0F;
}

/// From the gradient of `n` activated values `y` to that of what was activated, in place; softmax included.
inline void apply_slope(Activation activation, const float* y, float* gradient, std::int64_t n) {
  if (activation == Activation::softmax) {
    float mean = 0;
    for (std::int64_t j = 0; j < n; ++j) mean += gradient[j] * y[j];
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) gradient[j] = y[j] * (gradient[j] - mean);
    return;
  }
  with_elementwise(activation, [&]<Activation a>(ActivationTag<a>) {
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) gradient[j] *= slope<a>(y[j]);
  });
}

}  // namespace lockstep
