#pragma once

#include <cstdint>

namespace lockstep {

/// What one time step of a recurrent layer keeps for the backward pass, and what that pass makes of it:
/// `rows` batch rows. A row of gates is laid out so that each product reads or writes neighbours, and so do
/// the activations: lstm i f o candidate; gru reset before z r candidate; gru reset after candidate z r and
/// what the state adds to the candidate, of which the input's side are the first three, the state's the last.
struct TrainingBlock {
  std::int64_t rows = 0, units = 0;
  std::int64_t gates_stride = 0, state_stride = 0;
  float* gates = nullptr;  // forward: in as sums, out activated
  float *h_before = nullptr, *h = nullptr;
  float *c_before = nullptr, *c = nullptr, *activated_c = nullptr;  // lstm
  float* reset_h = nullptr;                                         // gru reset before: r * h_before

  float* of_gates = nullptr;    // the gradients of what was activated, in rows like gates
  float* of_reset_h = nullptr;  // gru reset before
  float *dh = nullptr,
        *dc = nullptr;               // in: of the state after; out: of the state before, but for the product
  const float* of_output = nullptr;  // added to dh
  std::int64_t of_output_stride = 0;

  /// The block of row `i` alone.
  TrainingBlock row(std::int64_t i) const {
    TrainingBlock one = *this;
    one.rows = 1;
    for (float** gate_row : {&one.gates, &one.of_gates}) *gate_row += i * gates_stride;
    for (float** state : {&one.h_before, &one.h, &one.c_before, &one.c, &one.activated_c, &one.reset_h,
                          &one.of_reset_h, &one.dh, &one.dc})
      if (*state != nullptr) *state += i * state_stride;
    one.of_output += i * of_output_stride;
    return one;
  }
};

}  // namespace lockstep
