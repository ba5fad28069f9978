#pragma once

#include <optional>
#include <string>

#include "backends/optimizer.h"

namespace lockstep {

/// What a command line says of an optimizer; what it does not say is as Keras has it.
struct OptimizerArguments {
  std::string name = "rmsprop";
  std::optional<double> learning_rate, momentum, rho, beta_1, beta_2, epsilon;
  std::optional<double> clipnorm, global_clipnorm, clipvalue;
  bool nesterov = false, centered = false;
};

/// Throws std::invalid_argument, one line: an optimizer that is none, an argument that it does not take, a
/// value that it does not accept.
OptimizerSpec make_optimizer(const OptimizerArguments&);

/// As one writes it with all arguments that it takes: "sgd(learning_rate=0.01, momentum=0, nesterov=False)".
std::string to_string(const OptimizerSpec&);

}  // namespace lockstep
