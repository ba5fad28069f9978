#pragma once

#include <cstdint>

namespace lockstep {

/// What one time step of a recurrent layer computes after its products: `rows` batch rows of gate sums become
/// the new state and the output. In `gates` and `recurrent` a row is gates * units sums, in Keras' gate
/// order.
struct GateBlock {
  std::int64_t rows = 0, units = 0;
  float* gates = nullptr;  // input projection, bias, and (but gru reset_after) the recurrent product
  const float* recurrent = nullptr;       // gru reset_after: h · recurrent_kernel
  std::int64_t gates_stride = 0;          // of both
  const float* candidate_bias = nullptr;  // gru reset_after: the candidate's recurrent bias, [units]
  float* h = nullptr;                     // in: of the step before; out: of this one
  float* c = nullptr;                     // lstm
  float* reset_h = nullptr;               // gru reset before: r * h
  std::int64_t state_stride = 0;          // of h, c and reset_h
  float* output = nullptr;                // receives h
  std::int64_t output_stride = 0;

  /// The block of row `i` alone.
  GateBlock row(std::int64_t i) const {
    GateBlock one = *this;
    one.rows = 1;
    one.gates += i * gates_stride;
    if (recurrent != nullptr) one.recurrent += i * gates_stride;
    one.h += i * state_stride;
    one.c += i * state_stride;
    one.reset_h += i * state_stride;
    one.output += i * output_stride;
    return one;
  }
};

using GatePass = void (*)(const GateBlock&);

}  // namespace lockstep
