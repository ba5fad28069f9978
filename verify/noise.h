#pragma once

#include <cstdint>
#include <vector>

#include "backends/reference_backward.h"
#include "verify/tolerance.h"

namespace lockstep {

/// The reference's arithmetic in double, with an error as large as float's after each product and activation.
/// The errors depend on the stream's number alone.
class Noisy {
 public:
  explicit Noisy(std::uint64_t stream) : state_(stream * 0x9e3779b97f4a7c15ULL + 0xd1b54a32d192ed03ULL) {}

  void add_product(const double* x, std::int64_t k, const double* matrix, std::int64_t stride, double* y,
                   std::int64_t n);
  double activate(Activation activation, double x) {
    const double value = reference::activate(activation, x);
    return with_noise(activation, value, activation_noise(value));
  }
  void activate_row(Activation, double* row, std::int64_t n);

  void add_transposed_product(const double* x, std::int64_t n, const double* matrix, std::int64_t stride,
                              double* y, std::int64_t k);
  void add_outer_products(std::int64_t rows, const double* x, std::int64_t k, const double* g,
                          std::int64_t g_stride, double* y, std::int64_t y_stride, std::int64_t n);
  /// The value has its noise already; what it is multiplied with on the way rounds, too.
  double slope(Activation activation, double y) {
    return reference::slope(activation, y) * (1 + activation_noise(1) * noise());
  }
  void slope_row(Activation, const double* y, double* gradient, std::int64_t n);

 private:
  /// Uniform in [-1, 1): xorshift64* (Vigna, An experimental exploration of Marsaglia's xorshift generators).
  double noise() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<double>(static_cast<std::int64_t>(state_ * 0x2545f4914f6cdd1dULL)) * 0x1p-63;
  }
  /// What an activation cuts off is exact, and stays on its side of the cut, which decides the slope.
  double with_noise(Activation activation, double value, double size) {
    const double noisy = value + size * noise();
    const bool is_cut = activation == Activation::relu || activation == Activation::hard_sigmoid;
    if (!is_cut) return noisy;
    const bool is_clipped = value == 0 || (activation == Activation::hard_sigmoid && value == 1);
    return is_clipped || noisy <= 0 || (activation == Activation::hard_sigmoid && noisy >= 1) ? value : noisy;
  }
  std::uint64_t state_;
  std::vector<double> magnitudes_;
};

/// How far noise moved a row of `n` values, at most; infinite where one of them is not finite.
double distance(const double* exact, const double* noisy, std::int64_t n);

}  // namespace lockstep
