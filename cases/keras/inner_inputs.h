#pragma once

#include <string>
#include <vector>

#include "backends/model_spec.h"

namespace lockstep::keras {

/// An Input of a model within a model, and the node that this is called with.
struct InnerInput {
  std::string name;
  InputSpec takes;
  std::string reads;
};

/// As Keras does when a model is called (assert_input_compatibility in keras/src/layers/input_spec.py), but
/// that it also adds or takes away a last dimension of 1. Throws std::invalid_argument with the Input for a
/// shape that it does not take: where either has any number of time steps, it takes each.
void check_inner_inputs(const ModelSpec&, const std::vector<InnerInput>&);

}  // namespace lockstep::keras
