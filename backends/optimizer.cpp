#include "backends/optimizer.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

namespace lockstep {
namespace {

/// One weight and what an optimizer remembers of it.
template <class Real>
struct Slot {
  std::span<Real> weight;
  std::span<const Real> gradient;
  Real* velocity;
  Real* mean;
  Real* momentum;
};

template <class Real>
void step_sgd(const OptimizerSpec& spec, const Slot<Real>& slot) {
  const auto rate = static_cast<Real>(spec.learning_rate), momentum = static_cast<Real>(spec.momentum);
  const auto [w, g, velocity, mean, m] = slot;
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (m == nullptr) {
      w[i] -= g[i] * rate;
      continue;
    }
    m[i] = m[i] * momentum - g[i] * rate;
    w[i] += spec.nesterov ? m[i] * momentum - g[i] * rate : m[i];
  }
}

template <class Real>
void step_rmsprop(const OptimizerSpec& spec, const Slot<Real>& slot) {
  const auto rate = static_cast<Real>(spec.learning_rate), momentum = static_cast<Real>(spec.momentum);
  const auto rho = static_cast<Real>(spec.rho), new_share = static_cast<Real>(1 - spec.rho);
  const auto epsilon = static_cast<Real>(spec.epsilon);
  const auto [w, g, v, mean, m] = slot;
  for (std::size_t i = 0; i < w.size(); ++i) {
    v[i] = rho * v[i] + new_share * (g[i] * g[i]);
    Real denominator = v[i] + epsilon;
    if (mean != nullptr) {
      mean[i] = rho * mean[i] + new_share * g[i];
      denominator = v[i] - mean[i] * mean[i] + epsilon;
    }
    Real increment = rate * g[i] / std::sqrt(denominator);
    if (m != nullptr) increment = m[i] = momentum * m[i] + increment;
    w[i] -= increment;
  }
}

template <class Real>
void step_adam(const OptimizerSpec& spec, std::int64_t step, const Slot<Real>& slot) {
  const auto power = [step](double beta) { return std::pow(beta, static_cast<double>(step)); };
  const auto alpha =
      static_cast<Real>(spec.learning_rate * std::sqrt(1 - power(spec.beta_2)) / (1 - power(spec.beta_1)));
  const auto new_mean = static_cast<Real>(1 - spec.beta_1), new_square = static_cast<Real>(1 - spec.beta_2);
  const auto epsilon = static_cast<Real>(spec.epsilon);
  const auto [w, g, v, mean, m] = slot;
  for (std::size_t i = 0; i < w.size(); ++i) {
    m[i] += (g[i] - m[i]) * new_mean;
    v[i] += (g[i] * g[i] - v[i]) * new_square;
    w[i] -= m[i] * alpha / (std::sqrt(v[i]) + epsilon);
  }
}

template <class Real>
double sum_of_squares(std::span<const Real> values) {
  double sum = 0;
  for (const Real value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum;
}

template <class Real>
void scale_to_norm(double norm, double most, std::span<Real> values) {
  if (!(norm > most)) return;
  const auto factor = static_cast<Real>(most / norm);
  for (Real& value : values) value *= factor;
}

}  // namespace

OptimizerSpec default_optimizer(OptimizerKind kind) {
  OptimizerSpec spec;
  spec.kind = kind;
  if (kind == OptimizerKind::sgd) spec.learning_rate = 0.01;
  return spec;
}

void validate(const OptimizerSpec& spec) {
  const auto demand = [](bool holds, std::string_view name, double value, std::string_view accepted) {
    if (!holds) throw std::invalid_argument(fmt::format("{} is {}: accepted is {}", name, value, accepted));
  };
  demand(std::isfinite(spec.learning_rate) && spec.learning_rate >= 0, "learning_rate", spec.learning_rate,
         "a number from 0");
  const auto demand_below_one = [&](std::string_view name, double value) {
    demand(value >= 0 && value < 1, name, value, "a number from 0, less than 1");
  };
  demand_below_one("momentum", spec.momentum);
  demand_below_one("rho", spec.rho);
  demand_below_one("beta_1", spec.beta_1);
  demand_below_one("beta_2", spec.beta_2);
  demand(std::isfinite(spec.epsilon) && spec.epsilon >= 0, "epsilon", spec.epsilon, "a number from 0");
  int clips = 0;
  const auto demand_clip = [&](std::string_view name, double value) {
    demand(std::isfinite(value) && value >= 0, name, value, "a number from 0");
    clips += static_cast<int>(value > 0);
  };
  demand_clip("clipnorm", spec.clipnorm);
  demand_clip("global_clipnorm", spec.global_clipnorm);
  demand_clip("clipvalue", spec.clipvalue);
  if (clips > 1)
    throw std::invalid_argument("clipnorm, global_clipnorm and clipvalue: accepted is one of them");
}

template <class Real>
Optimizer<Real>::Optimizer(const OptimizerSpec& spec, const std::vector<std::int64_t>& sizes) : spec_(spec) {
  validate(spec);
  const bool is_sgd = spec.kind == OptimizerKind::sgd, is_adam = spec.kind == OptimizerKind::adam;
  for (const std::int64_t size : sizes) {
    const auto add = [size](bool wanted, std::vector<std::vector<Real>>& to) {
      to.emplace_back(wanted ? static_cast<std::size_t>(size) : 0);
    };
    add(!is_sgd, velocities_);
    add(spec.kind == OptimizerKind::rmsprop && spec.centered, means_);
    add(is_adam || spec.momentum > 0, momenta_);
  }
}

template <class Real>
void Optimizer<Real>::clip(std::span<const std::span<Real>> gradients) const {
  if (spec_.clipnorm > 0)
    for (const auto& gradient : gradients)
      scale_to_norm(std::sqrt(sum_of_squares<Real>(gradient)), spec_.clipnorm, gradient);
  if (spec_.global_clipnorm > 0) {
    double sum = 0;
    for (const auto& gradient : gradients) sum += sum_of_squares<Real>(gradient);
    for (const auto& gradient : gradients) scale_to_norm(std::sqrt(sum), spec_.global_clipnorm, gradient);
  }
  if (spec_.clipvalue > 0) {
    const auto most = static_cast<Real>(spec_.clipvalue);
    for (const auto& gradient : gradients)
      for (Real& value : gradient) value = value < -most ? -most : value > most ? most : value;
  }
}

template <class Real>
void Optimizer<Real>::step(std::span<const std::span<Real>> weights,
                           std::span<const std::span<Real>> gradients) {
  clip(gradients);
  ++steps_;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto data = [](std::vector<Real>& values) { return values.empty() ? nullptr : values.data(); };
    const Slot<Real> slot{weights[i], gradients[i], data(velocities_[i]), data(means_[i]), data(momenta_[i])};
    switch (spec_.kind) {
      case OptimizerKind::sgd:
        step_sgd(spec_, slot);
        break;
      case OptimizerKind::rmsprop:
        step_rmsprop(spec_, slot);
        break;
      case OptimizerKind::adam:
        step_adam(spec_, steps_, slot);
        break;
    }
  }
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace lockstep
