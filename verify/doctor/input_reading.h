#pragma once

#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "verify/doctor/axes.h"

namespace lockstep::doctor {

/// Something in which a program differs from Keras, and what to do about it: one sentence without a full
/// stop.
struct Departure {
  std::string name, remedy;
};

/// One way to take the arrays of a model's inputs.
struct InputReading {
  AxisOrder order = in_order;         // of the axes of each of them
  std::vector<Departure> departures;  // beside that order
  std::vector<SharedArray> arrays;  // one per input: [samples, time_steps, features], or [samples, features]
};

/// All that fit what the inputs take, each of those of any length its own: axes in another order, or two
/// inputs each for the other. Throws std::invalid_argument, one line, where none fits: what is wrong with
/// which array, and what is accepted; `names` are their files'.
std::vector<InputReading> input_readings(const ModelSpec&, const std::vector<Array<float>>&,
                                         const std::vector<std::string>& names);

/// The inputs that have a step whose features all are 0, by their names.
std::vector<std::string> blank_inputs(const ModelSpec&, const std::vector<SharedArray>&);

}  // namespace lockstep::doctor
