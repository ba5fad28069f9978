#include "verify/tolerance.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lockstep {
namespace {

constexpr double epsilon = 2 * unit_roundoff;
constexpr double smallest_normal = 0x1p-126;  // below it a library may flush to zero

double at_least_one(double magnitude) {
  return std::max(1.0, magnitude);
}

/// Vectorised tanh, sigmoid and exp err by some 5 units in the last place; twice that is allowed.
double activation_tolerance(double value) {
  return 10 * unit_roundoff * at_least_one(std::abs(value));
}

/// p = exp(z) / sum: an error of d in each z moves p by at most 2 d p; the sum rounds n times.
void softmax_tolerance(double largest_error_of_z, const double* values, std::int64_t n, double* allowed) {
  const double relative = 2 * largest_error_of_z + activation_tolerance(1) +
                          2 * std::sqrt(static_cast<double>(n)) * unit_roundoff;
  for (std::int64_t j = 0; j < n; ++j) allowed[j] = relative * values[j] + smallest_normal;
}

}  // namespace

double step_tolerance(const Problem& problem, double largest) {
  return step_tolerance(problem.shape.features + as_recurrent(problem)->units, largest);
}
double step_tolerance(std::int64_t terms, double largest) {
  return (16 + 4 * std::sqrt(static_cast<double>(terms))) * unit_roundoff * at_least_one(largest);
}

double product_noise(std::int64_t terms, double magnitude) {
  return std::sqrt(static_cast<double>(terms)) * unit_roundoff * magnitude;
}

double activation_noise(double value) {
  return 2 * unit_roundoff * at_least_one(std::abs(value));
}

double trajectory_tolerance(double deviation, double largest) {
  if (is_ill_conditioned(deviation, largest)) return std::numeric_limits<double>::infinity();
  return 2 * std::max(deviation, 4 * unit_roundoff * at_least_one(largest));
}

bool is_ill_conditioned(double deviation, double largest) {
  return !(deviation <= 0x1p-12 * at_least_one(largest));
}

double gradient_tolerance(double deviation, double largest) {
  return 2 * std::max(deviation, 4 * unit_roundoff * largest) + smallest_normal;
}

int noisy_runs_back(const Problem& problem) {
  constexpr std::int64_t few_units = 16;
  return output_features(problem.layer, problem.shape.features) < few_units ? 4 * noisy_runs : noisy_runs;
}

bool is_ill_conditioned_gradient(double deviation, double largest) {
  return !(deviation <= 0x1p-12 * largest + smallest_normal);
}

std::int64_t probed_rows(const Problem& problem) {
  const auto* recurrent = as_recurrent(problem);
  const bool is_wide = recurrent != nullptr && problem.shape.features + recurrent->units > 256;
  const bool rows_differ = problem.extras.mask != MaskPattern::none;
  return std::min<std::int64_t>(problem.shape.batch, is_wide && !rows_differ ? 1 : 8);
}

void dense_tolerance(Activation activation, const double* magnitudes, const double* values, std::int64_t n,
                     double* allowed) {
  for (std::int64_t j = 0; j < n; ++j) allowed[j] = 16 * epsilon * magnitudes[j];
  if (activation == Activation::softmax)
    return softmax_tolerance(*std::max_element(allowed, allowed + n), values, n, allowed);
  if (activation == Activation::linear || activation == Activation::relu) return;
  for (std::int64_t j = 0; j < n; ++j)
    allowed[j] += activation_tolerance(values[j]);  // its slope is 1 at most
}

void activation_row_tolerance(Activation activation, const double* inputs, const double* values,
                              std::int64_t n, double* allowed) {
  if (activation == Activation::softmax) {
    double largest = 0;
    for (std::int64_t j = 0; j < n; ++j) largest = std::max(largest, std::abs(inputs[j]));
    return softmax_tolerance(2 * epsilon * largest, values, n, allowed);  // z less the row's maximum rounds
  }
  for (std::int64_t j = 0; j < n; ++j) allowed[j] = activation_tolerance(values[j]);
}

}  // namespace lockstep
