#include "backends/loss.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

namespace lockstep {
namespace {

/// keras.config.epsilon().
template <class Real>
constexpr Real smallest = static_cast<Real>(1e-7);
template <class Real>
constexpr Real largest = 1 - smallest<Real>;

template <class Real>
Real clipped(Real p) {
  return p < smallest<Real> ? smallest<Real> : p > largest<Real> ? largest<Real> : p;  // NaN stays NaN
}
template <class Real>
bool is_clipped(Real p) {
  return p < smallest<Real> || p > largest<Real>;
}

/// The loss of one row of `n` values, and its gradient.
template <class Real>
Real categorical_row(const Real* target, const Real* output, std::int64_t n, Real* gradient) {
  Real sum = 0;
  for (std::int64_t j = 0; j < n; ++j) sum += output[j];
  Real loss = 0, mean = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    const Real p = output[j] / sum;
    // log is the time this takes, and most targets are 0.
    if (target[j] != 0) loss -= target[j] * std::log(clipped(p));
    gradient[j] = target[j] == 0 || is_clipped(p) ? Real(0) : -target[j] / p;
    mean += gradient[j] * p;
  }
  for (std::int64_t j = 0; j < n; ++j) gradient[j] = (gradient[j] - mean) / sum;
  return loss;
}

/// TensorFlow's sparse crossentropy takes the logarithms of clipped probabilities for logits, which it
/// normalises again.
template <class Real>
Real sparse_row(const Real* target, const Real* output, std::int64_t n, Real* gradient) {
  if (!(*target >= 0) || !(*target < static_cast<Real>(n)) || std::floor(*target) != *target)
    throw std::invalid_argument(fmt::format(
        "the target holds the class {}: accepted are whole numbers from 0 to {}", *target, n - 1));
  const auto label = static_cast<std::int64_t>(*target);
  Real sum = 0;
  for (std::int64_t j = 0; j < n; ++j) sum += clipped(output[j]);
  for (std::int64_t j = 0; j < n; ++j) {
    const Real p = clipped(output[j]);
    gradient[j] = is_clipped(output[j]) ? Real(0) : (p / sum - static_cast<Real>(j == label)) / p;
  }
  return -std::log(clipped(output[label]) / sum);
}

template <class Real>
Real squared_row(const Real* target, const Real* output, std::int64_t n, Real* gradient) {
  Real loss = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    const Real error = output[j] - target[j];
    loss += error * error;
    gradient[j] = 2 * error / static_cast<Real>(n);
  }
  return loss / static_cast<Real>(n);
}

template <class Real>
Real absolute_row(const Real* target, const Real* output, std::int64_t n, Real* gradient) {
  Real loss = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    const Real error = output[j] - target[j];
    loss += std::abs(error);
    gradient[j] = static_cast<Real>((error > 0) - (error < 0)) / static_cast<Real>(n);
  }
  return loss / static_cast<Real>(n);
}

template <class Real>
Real binary_row(const Real* target, const Real* output, std::int64_t n, Real* gradient) {
  Real loss = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    const Real p = clipped(output[j]), t = target[j];
    loss -= t * std::log(p) + (1 - t) * std::log(1 - p);
    gradient[j] = is_clipped(output[j]) ? Real(0) : ((1 - t) / (1 - p) - t / p) / static_cast<Real>(n);
  }
  return loss / static_cast<Real>(n);
}

template <class Real>
auto row_of(Loss loss) {
  switch (loss) {
    case Loss::categorical_crossentropy:
      return &categorical_row<Real>;
    case Loss::sparse_categorical_crossentropy:
      return &sparse_row<Real>;
    case Loss::mean_squared_error:
      return &squared_row<Real>;
    case Loss::mean_absolute_error:
      return &absolute_row<Real>;
    case Loss::binary_crossentropy:
      break;
  }
  return &binary_row<Real>;
}

}  // namespace

Loss parse_loss(std::string_view text) {
  if (text == "mse") return Loss::mean_squared_error;
  if (text == "mae") return Loss::mean_absolute_error;
  if (const auto loss = loss_names.parse(text)) return *loss;
  throw std::invalid_argument(
      fmt::format("unknown loss \"{}\": accepted are {}, mse, mae", text, loss_names.accepted()));
}

std::int64_t target_features(Loss loss, std::int64_t output_features) {
  return loss == Loss::sparse_categorical_crossentropy ? 1 : output_features;
}

template <class Real>
double loss_and_gradient(Loss loss, const SequenceView<const Real>& target,
                         const SequenceView<const Real>& output, const SequenceView<Real>& gradient) {
  const auto [batch, time_steps, features] = output.dims;
  const auto row = row_of<Real>(loss);
  const auto share = static_cast<Real>(1.0 / static_cast<double>(batch * time_steps));
  double sum = 0;
  for (std::int64_t t = 0; t < time_steps; ++t)
    for (std::int64_t b = 0; b < batch; ++b) {
      Real* to = gradient.row(b, t);
      sum += static_cast<double>(row(target.row(b, t), output.row(b, t), features, to));
      for (std::int64_t j = 0; j < features; ++j) to[j] *= share;
    }
  return sum / static_cast<double>(batch * time_steps);
}

template double loss_and_gradient(Loss, const SequenceView<const float>&, const SequenceView<const float>&,
                                  const SequenceView<float>&);
template double loss_and_gradient(Loss, const SequenceView<const double>&, const SequenceView<const double>&,
                                  const SequenceView<double>&);

}  // namespace lockstep
