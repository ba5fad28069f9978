#pragma once

#include <array>
#include <cstdint>

#include "backends/tensor.h"

namespace lockstep {

/// What a comparison of a result with the expected values found. Errors are absolute.
struct Comparison {
  std::int64_t compared = 0;
  std::int64_t not_finite = 0;  // elements whose result or expected value is NaN or infinite
  double largest_error = 0;     // infinite when not_finite > 0
  double largest_expected = 0;
  std::array<std::int64_t, 3> worst{};  // batch, time step, unit of the largest error
  double expected_there = 0, actual_there = 0;

  void merge(const Comparison&);
};

/// Element by element; both views have the same dims.
Comparison compare(const SequenceView<const double>& expected, const SequenceView<const float>& actual);

/// A final state, as a sequence of one step.
inline SequenceView<const double> as_sequence(const StateView<const double>& state) {
  return {state.data, {state.dims[0], 1, state.dims[1]}, {state.strides[0], 0, 1}};
}
inline SequenceView<const float> as_sequence(const StateView<const float>& state) {
  return {state.data, {state.dims[0], 1, state.dims[1]}, {state.strides[0], 0, 1}};
}

/// How two results of the same numbers differ in their last bits.
struct BitDifference {
  std::int64_t compared = 0, different = 0;
  std::int64_t largest_ulp = 0;  // distance on the float number line
  bool bitwise_equal() const { return different == 0; }
};
BitDifference compare_bits(const SequenceView<const float>& a, const SequenceView<const float>& b);

}  // namespace lockstep
