#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "backends/tensor.h"

namespace lockstep {

/// One element of a result. The error is absolute; infinite where a value is NaN or infinite.
struct Element {
  std::array<std::int64_t, 3> place{};  // batch, time step, unit
  double expected = 0, actual = 0;
  double error = 0, allowed = 0;
  double share() const { return error == 0 || std::isinf(error) ? error : error / allowed; }
};

/// What a comparison of a result with the expected values found.
struct Comparison {
  std::int64_t compared = 0;
  std::int64_t not_finite = 0;  // elements whose result or expected value is NaN or infinite
  std::int64_t over = 0;        // elements whose error is larger than allowed; those that are not finite, too
  Element worst;                // of the largest error over what is allowed
  Element first;                // of those over, the first in time
  bool holds() const { return over == 0; }
};

/// Element by element; all views have the same dims.
Comparison compare(const SequenceView<const double>& expected, const SequenceView<const float>& actual,
                   const SequenceView<const double>& allowed);

/// A final state, as a sequence of one step.
inline SequenceView<const double> as_sequence(const StateView<const double>& state) {
  return {state.data, {state.dims[0], 1, state.dims[1]}, {state.strides[0], 0, state.strides[1]}};
}
inline SequenceView<const float> as_sequence(const StateView<const float>& state) {
  return {state.data, {state.dims[0], 1, state.dims[1]}, {state.strides[0], 0, state.strides[1]}};
}

/// How two results of the same numbers differ in their last bits.
struct BitDifference {
  std::int64_t compared = 0, different = 0;
  std::int64_t largest_ulp = 0;   // distance on the float number line
  double largest_difference = 0;  // absolute
  void merge(const BitDifference&);
  bool bitwise_equal() const { return different == 0; }
};
BitDifference compare_bits(const SequenceView<const float>& a, const SequenceView<const float>& b);

}  // namespace lockstep
