#include "verify/noise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lockstep {

void Noisy::add_product(const double* x, std::int64_t k, const double* matrix, std::int64_t stride, double* y,
                        std::int64_t n) {
  magnitudes_.assign(static_cast<std::size_t>(n), 0);
  double* const magnitudes = magnitudes_.data();
  for (std::int64_t i = 0; i < k; ++i) {
    const double* row = matrix + i * stride;
    for (std::int64_t j = 0; j < n; ++j) {
      const double product = x[i] * row[j];
      y[j] += product;
      magnitudes[j] += std::abs(product);
    }
  }
  for (std::int64_t j = 0; j < n; ++j) y[j] += product_noise(k, magnitudes[j]) * noise();
}

void Noisy::activate_row(Activation activation, double* row, std::int64_t n) {
  reference::activate_row(activation, row, n);
  for (std::int64_t j = 0; j < n; ++j)
    row[j] += (activation == Activation::softmax ? activation_noise(1) * row[j] : activation_noise(row[j])) *
              noise();
}

double distance(const double* exact, const double* noisy, std::int64_t n) {
  double largest = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    const double apart = std::abs(exact[j] - noisy[j]);
    largest = std::max(largest, std::isfinite(apart) ? apart : std::numeric_limits<double>::infinity());
  }
  return largest;
}

}  // namespace lockstep
