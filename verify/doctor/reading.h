#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "cases/array.h"
#include "verify/doctor/variant.h"

namespace lockstep::doctor {

/// Something in which a program differs from Keras, and what to do about it: one sentence without a full
/// stop.
struct Departure {
  std::string name, remedy;
};

enum class Shown { all_steps, last_step, first_step };

/// How two arrays are taken, and what of the model's answer the second one shows.
struct Reading {
  std::vector<Departure> departures;      // from Keras' own way; none: as it is
  std::shared_ptr<const Array<float>> x;  // [samples, time_steps, features]
  std::shared_ptr<const Array<float>> y;  // [samples, time_steps or 1, units]
  std::size_t output = 0;                 // of the model's
  Shown shown = Shown::all_steps;
  Variant base;  // the model, for y's sequence made to return one

  std::int64_t samples() const { return x->dims[0]; }
  std::int64_t time_steps() const { return x->dims[1]; }
  std::int64_t features() const { return x->dims[2]; }
};

/// All that fit the shapes: axes in another order, another output, one step instead of all or all instead of
/// the last. Those with the fewest departures come first. Throws std::invalid_argument, one line, where none
/// fits: what is wrong with which array, and what is accepted; `x_name` and `y_name` are their files'.
std::vector<Reading> readings_of(const ModelSpec&, const Array<float>& x, const Array<float>& y,
                                 const std::string& x_name, const std::string& y_name);

/// Whether the input has a step whose features all are 0.
bool has_blank_steps(const Array<float>& x);

}  // namespace lockstep::doctor
