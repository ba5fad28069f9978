#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "backends/spec.h"

/// Branch-free activations in plain arithmetic, which the compiler turns into vector code: OpenBLAS has none.
/// NaN stays NaN. Largest error over all floats: see vector_math_test.cpp.
namespace lockstep::openblas {

/// e^x by range reduction to |r| <= ln(2)/2 (Cody and Waite, in two parts) and a polynomial of degree 6.
inline float exp(float x) {
  x = x < -87.0F ? -87.0F : x;
  x = x > 88.0F ? 88.0F : x;
  constexpr float rounder =
      12582912.0F;  // 1.5 * 2^23: adding it leaves the nearest whole number in the low bits
  const float shifted = x * 1.44269504F + rounder;
  const float n = shifted - rounder;
  const float r = (x - n * 0.693145752F) - n * 1.42860677e-6F;
  // Minimax fit of (e^r - 1 - r) / r^2.
  float p = 1.3981999e-3F;
  p = p * r + 8.3334519e-3F;
  p = p * r + 4.1665796e-2F;
  p = p * r + 1.6666665e-1F;
  p = p * r + 0.5F;
  p = p * r * r + r + 1.0F;
  const auto power = static_cast<std::uint32_t>(std::bit_cast<std::int32_t>(shifted)) << 23;
  return p * std::bit_cast<float>(power + 0x3f800000U);
}

inline float sigmoid(float x) {
  return 1.0F / (1.0F + exp(-x));
}
inline float tanh(float x) {
  return 2.0F / (1.0F + exp(-2.0F * x)) - 1.0F;
}

template <Activation activation>
float activated(float x) {
  if constexpr (activation == Activation::tanh) return tanh(x);
  if constexpr (activation == Activation::sigmoid) return sigmoid(x);
  if constexpr (activation == Activation::hard_sigmoid) {
    const float y = x * (1.0F / 6.0F) + 0.5F;
    return y < 0.0F ? 0.0F : y > 1.0F ? 1.0F : y;
  }
  if constexpr (activation == Activation::relu) return x < 0.0F ? 0.0F : x;
  if constexpr (activation == Activation::softsign) return x / (1.0F + std::abs(x));
  return x;
}

}  // namespace lockstep::openblas
