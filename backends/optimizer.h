#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "backends/names.h"

namespace lockstep {

enum class OptimizerKind { sgd, rmsprop, adam };
inline constexpr Names<OptimizerKind, 3> optimizer_names{{"sgd", "rmsprop", "adam"}};

/// An optimizer by the arguments that Keras gives it; what a kind does not take is not looked at.
struct OptimizerSpec {
  OptimizerKind kind = OptimizerKind::rmsprop;
  double learning_rate = 0.001;
  double momentum = 0;                  // sgd, rmsprop
  bool nesterov = false;                // sgd
  double rho = 0.9;                     // rmsprop
  bool centered = false;                // rmsprop
  double beta_1 = 0.9, beta_2 = 0.999;  // adam
  double epsilon = 1e-7;                // rmsprop, adam
  // At most one of these; 0: none. By the norm of each weight, of all together, or value by value.
  double clipnorm = 0, global_clipnorm = 0, clipvalue = 0;
};
/// As Keras makes it from its name alone: sgd has a learning rate of 0.01, the others 0.001.
OptimizerSpec default_optimizer(OptimizerKind);

/// Throws std::invalid_argument naming the argument that the optimizer can't have, and what is accepted.
void validate(const OptimizerSpec&);

/// Moves weights against their gradients: keras/src/optimizers/{sgd,rmsprop,adam}.py, `update_step`, and
/// base_optimizer.py, `_clip_gradients`.
template <class Real>
class Optimizer {
 public:
  /// `sizes`: of each weight, in the order of all steps.
  Optimizer(const OptimizerSpec&, const std::vector<std::int64_t>& sizes);

  /// Gradients are clipped in place. Allocates nothing.
  void step(std::span<const std::span<Real>> weights, std::span<const std::span<Real>> gradients);
  std::int64_t steps() const { return steps_; }

 private:
  void clip(std::span<const std::span<Real>> gradients) const;

  OptimizerSpec spec_;
  std::int64_t steps_ = 0;
  // Of each weight, where the kind has them: running mean of squares, of gradients, and the momentum.
  std::vector<std::vector<Real>> velocities_, means_, momenta_;
};

}  // namespace lockstep
