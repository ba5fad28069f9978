#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cases/array.h"
#include "verify/doctor/input_reading.h"
#include "verify/doctor/variant.h"

namespace lockstep::doctor {

/// Of an input: a vector has one.
inline std::int64_t steps_of(const std::vector<std::int64_t>& dims) {
  return dims.size() == 3 ? dims[1] : 1;
}

enum class Shown { all_steps, last_step, first_step };

/// How the arrays are taken, and what of the model's answer y shows.
struct Reading {
  std::vector<Departure> departures;  // from Keras' own way; none: as it is
  std::vector<SharedArray> inputs;    // as InputReading::arrays
  std::size_t leading = 0;            // ModelGraph::leading
  SharedArray y;                      // [samples, time_steps or 1, units]
  std::size_t output = 0;             // of the model's
  Shown shown = Shown::all_steps;
  Variant base;  // the model for inputs of these lengths, and for y's sequence made to return one

  std::int64_t samples() const { return y->dims[0]; }
  std::int64_t time_steps() const { return steps_of(inputs[leading]->dims); }  // of the leading input
};

/// All that fit the shapes: axes in another order, two inputs each for the other, another output, one step
/// instead of all or all instead of the last. Those with the fewest departures come first. `inputs`: one per
/// input of the model. Throws std::invalid_argument, one line, where none fits: what is wrong with which
/// array, and what is accepted; the names are their files'.
std::vector<Reading> readings_of(const ModelSpec&, const std::vector<Array<float>>& inputs,
                                 const Array<float>& y, const std::vector<std::string>& input_names,
                                 const std::string& y_name);

}  // namespace lockstep::doctor
