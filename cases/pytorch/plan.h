#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cases/fields.h"
#include "cases/pytorch/modules.h"

namespace lockstep::pytorch {

/// A step of forward(), on what the step before it returns.
struct Planned {
  std::optional<std::size_t> module;  // position among the modules; none: the activation alone
  /// Of nn.RNN its nonlinearity; behind a linear module, or of no module, what is applied to the values.
  Activation activation = Activation::linear;
  bool return_sequences = true;  // of a recurrent module; else what it ends in: h_n of its last layer
};

/// What the layers are taken as where no config says it: in order_of's order, every step returned, tanh in
/// nn.RNN, no activation behind a linear module. Throws std::invalid_argument where that cannot be: see
/// order_of, two linear modules in a row, between which there is an activation that the file cannot tell, and
/// a linear module without a bias, which may be an nn.Embedding.
std::vector<Planned> plan_without_config(const std::vector<Module>&);

/// A config: {"layers": [{"module": "rnn", "nonlinearity": "relu", "return_sequences": false},
/// {"module": "fc", "activation": "relu"}, {"activation": "softmax"}]}. Every module is in it once; keys that
/// are absent are as in plan_without_config. Throws std::invalid_argument for any other.
std::vector<Planned> read_plan(const Json&, const std::vector<Module>&);

/// The config that gives this plan, on one line.
std::string to_config(const std::vector<Planned>&, const std::vector<Module>&);

}  // namespace lockstep::pytorch
