#include "bench/train/optimizer_arguments.h"

#include <initializer_list>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"

namespace lockstep {
namespace {

using Kind = OptimizerKind;

/// Refuses an argument that was given to an optimizer which does not take it.
void check_taken(bool given, std::string_view name, Kind kind, std::initializer_list<Kind> takers) {
  std::string accepted;
  for (const Kind taker : takers) {
    if (taker == kind) return;
    (accepted += accepted.empty() ? "" : ", ") += optimizer_names.of(taker);
  }
  if (given)
    throw std::invalid_argument(
        fmt::format("{} takes no {}: accepted with {}", optimizer_names.of(kind), name, accepted));
}

void take(const std::optional<double>& given, double& value) {
  value = given.value_or(value);
}

}  // namespace

OptimizerSpec make_optimizer(const OptimizerArguments& given) {
  const auto kind = optimizer_names.parse(given.name);
  if (!kind)
    throw std::invalid_argument(fmt::format("unknown optimizer {}: accepted are {}", in_quotes(given.name),
                                            optimizer_names.accepted()));
  check_taken(given.momentum.has_value(), "momentum", *kind, {Kind::sgd, Kind::rmsprop});
  check_taken(given.nesterov, "nesterov", *kind, {Kind::sgd});
  check_taken(given.rho.has_value(), "rho", *kind, {Kind::rmsprop});
  check_taken(given.centered, "centered", *kind, {Kind::rmsprop});
  check_taken(given.beta_1.has_value(), "beta_1", *kind, {Kind::adam});
  check_taken(given.beta_2.has_value(), "beta_2", *kind, {Kind::adam});
  check_taken(given.epsilon.has_value(), "epsilon", *kind, {Kind::rmsprop, Kind::adam});
  OptimizerSpec spec = default_optimizer(*kind);
  take(given.learning_rate, spec.learning_rate);
  take(given.momentum, spec.momentum);
  take(given.rho, spec.rho);
  take(given.beta_1, spec.beta_1);
  take(given.beta_2, spec.beta_2);
  take(given.epsilon, spec.epsilon);
  take(given.clipnorm, spec.clipnorm);
  take(given.global_clipnorm, spec.global_clipnorm);
  take(given.clipvalue, spec.clipvalue);
  spec.nesterov = given.nesterov;
  spec.centered = given.centered;
  validate(spec);
  return spec;
}

std::string to_string(const OptimizerSpec& spec) {
  const auto truth = [](bool value) { return value ? "True" : "False"; };
  std::string text = fmt::format("{}(learning_rate={}", optimizer_names.of(spec.kind), spec.learning_rate);
  switch (spec.kind) {
    case Kind::sgd:
      text += fmt::format(", momentum={}, nesterov={}", spec.momentum, truth(spec.nesterov));
      break;
    case Kind::rmsprop:
      text += fmt::format(", rho={}, momentum={}, epsilon={}, centered={}", spec.rho, spec.momentum,
                          spec.epsilon, truth(spec.centered));
      break;
    case Kind::adam:
      text += fmt::format(", beta_1={}, beta_2={}, epsilon={}", spec.beta_1, spec.beta_2, spec.epsilon);
      break;
  }
  if (spec.clipnorm > 0) text += fmt::format(", clipnorm={}", spec.clipnorm);
  if (spec.global_clipnorm > 0) text += fmt::format(", global_clipnorm={}", spec.global_clipnorm);
  if (spec.clipvalue > 0) text += fmt::format(", clipvalue={}", spec.clipvalue);
  return text + ")";
}

}  // namespace lockstep
