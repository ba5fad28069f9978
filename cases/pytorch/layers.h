#pragma once

#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "cases/pytorch/plan.h"

namespace lockstep::pytorch {

/// The modules as layers of Keras, in the order of the plan, each on the one before it: a recurrent module
/// with several layers as one after another, "lstm_l0", "lstm_l1", of two directions as Bidirectional; gates,
/// layout and biases as Keras has them. A made-up name that a module has gets a number: "input_layer_1".
ModelSpec to_model(const std::vector<Planned>&, const std::vector<Module>&, const Tensors&,
                   const std::string& name);

}  // namespace lockstep::pytorch
