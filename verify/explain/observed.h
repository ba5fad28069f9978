#pragma once

#include <cstddef>
#include <vector>

#include "backends/backend.h"
#include "cases/case.h"

namespace lockstep {

/// What a backend makes of a case, all elements of output and final states: of two runs of one layer on
/// time-major sequences and, where it lies otherwise in memory, of one on batch-major ones. NaN is what was
/// not written. Throws what the backend throws.
std::vector<float> observe(const Backend&, const Case&);

/// Two that are not numbers agree.
bool agree(double a, double b, double allowed);

/// What is right there, and how far from it an element may lie.
struct Truth {
  explicit Truth(const Case&);
  bool holds(std::size_t i, double actual) const { return agree(values[i], actual, allowed[i]); }
  std::vector<double> values, allowed;
};

}  // namespace lockstep
