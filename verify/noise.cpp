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
    row[j] = with_noise(
        activation, row[j],
        activation == Activation::softmax ? activation_noise(1) * row[j] : activation_noise(row[j]));
}

void Noisy::add_transposed_product(const double* x, std::int64_t n, const double* matrix, std::int64_t stride,
                                   double* y, std::int64_t k) {
  for (std::int64_t i = 0; i < k; ++i) {
    const double* row = matrix + i * stride;
    double sum = 0, magnitude = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      const double product = x[j] * row[j];
      sum += product;
      magnitude += std::abs(product);
    }
    y[i] += sum + product_noise(n, magnitude) * noise();
  }
}

/// What is in `y` already is part of the sum that float rounds.
void Noisy::add_outer_products(std::int64_t rows, const double* x, std::int64_t k, const double* g,
                               std::int64_t g_stride, double* y, std::int64_t y_stride, std::int64_t n) {
  for (std::int64_t i = 0; i < k; ++i) {
    double* const sums = y + i * y_stride;
    magnitudes_.resize(static_cast<std::size_t>(n));
    double* const magnitudes = magnitudes_.data();
    for (std::int64_t j = 0; j < n; ++j) magnitudes[j] = std::abs(sums[j]);
    for (std::int64_t row = 0; row < rows; ++row) {
      const double factor = x[row * k + i];
      const double* const from = g + row * g_stride;
      for (std::int64_t j = 0; j < n; ++j) {
        const double product = factor * from[j];
        sums[j] += product;
        magnitudes[j] += std::abs(product);
      }
    }
    for (std::int64_t j = 0; j < n; ++j) sums[j] += product_noise(rows, magnitudes[j]) * noise();
  }
}

/// That of softmax subtracts a mean of the gradients from each: what cancels leaves its roundings.
void Noisy::slope_row(Activation activation, const double* y, double* gradient, std::int64_t n) {
  if (activation != Activation::softmax) {
    for (std::int64_t j = 0; j < n; ++j) gradient[j] *= slope(activation, y[j]);
    return;
  }
  double mean = 0, magnitude = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    mean += gradient[j] * y[j];
    magnitude += std::abs(gradient[j] * y[j]);
  }
  mean += product_noise(n, magnitude) * noise();
  for (std::int64_t j = 0; j < n; ++j) {
    const double rounding = product_noise(2, std::abs(gradient[j]) + std::abs(mean)) * noise();
    gradient[j] = y[j] * (gradient[j] - mean + rounding) * (1 + activation_noise(1) * noise());
  }
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
