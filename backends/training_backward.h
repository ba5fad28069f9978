#pragma once

#include "backends/slope.h"
#include "backends/training_block.h"

/// The gate passes back through one step, for an activation A and a recurrent activation R: plain arithmetic
/// on what training_forward.h kept. What goes through the recurrent kernel is left to a product, which adds
/// to dh. No two arrays of a loop overlap, which ivdep tells the compiler.
namespace lockstep::training {

using BackwardPass = void (*)(const TrainingBlock&);

template <Activation A>
void simple_rnn_back(const TrainingBlock& block) {
  for (std::int64_t b = 0; b < block.rows; ++b) {
    const std::int64_t at = b * block.state_stride;
    const float *of_output = block.of_output + b * block.of_output_stride, *h = block.h + at;
    float *dh = block.dh + at, *of_gates = block.of_gates + b * block.gates_stride;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < block.units; ++j) {
      of_gates[j] = (dh[j] + of_output[j]) * slope<A>(h[j]);
      dh[j] = 0;
    }
  }
}

template <Activation A, Activation R>
void lstm_back(const TrainingBlock& block) {
  const std::int64_t n = block.units;
  for (std::int64_t b = 0; b < block.rows; ++b) {
    const std::int64_t at = b * block.state_stride;
    const float* i = block.gates + b * block.gates_stride;
    const float *f = i + n, *o = f + n, *candidate = o + n;
    float* di = block.of_gates + b * block.gates_stride;
    float *df = di + n, *d_o = df + n, *dcandidate = d_o + n;
    const float *c_before = block.c_before + at, *activated_c = block.activated_c + at;
    const float* of_output = block.of_output + b * block.of_output_stride;
    float *dh = block.dh + at, *dc = block.dc + at;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) {
      const float dh_j = dh[j] + of_output[j];
      const float dc_j = dc[j] + dh_j * o[j] * slope<A>(activated_c[j]);
      di[j] = dc_j * candidate[j] * slope<R>(i[j]);
      df[j] = dc_j * c_before[j] * slope<R>(f[j]);
      d_o[j] = dh_j * activated_c[j] * slope<R>(o[j]);
      dcandidate[j] = dc_j * i[j] * slope<A>(candidate[j]);
      dc[j] = dc_j * f[j];
      dh[j] = 0;
    }
  }
}

template <Activation A, Activation R>
void gru_after_back(const TrainingBlock& block) {
  const std::int64_t n = block.units;
  for (std::int64_t b = 0; b < block.rows; ++b) {
    const std::int64_t at = b * block.state_stride;
    const float* candidate = block.gates + b * block.gates_stride;
    const float *z = candidate + n, *r = z + n, *of_state = r + n;
    float* dcandidate = block.of_gates + b * block.gates_stride;
    float *dz = dcandidate + n, *dr = dz + n, *d_of_state = dr + n;
    const float *h_before = block.h_before + at, *of_output = block.of_output + b * block.of_output_stride;
    float* dh = block.dh + at;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) {
      const float dh_j = dh[j] + of_output[j];
      const float dcandidate_j = dh_j * (1.0F - z[j]) * slope<A>(candidate[j]);
      dcandidate[j] = dcandidate_j;
      dz[j] = dh_j * (h_before[j] - candidate[j]) * slope<R>(z[j]);
      dr[j] = dcandidate_j * of_state[j] * slope<R>(r[j]);
      d_of_state[j] = dcandidate_j * r[j];
      dh[j] = dh_j * z[j];
    }
  }
}

/// The candidate alone, whose product gives of_reset_h.
template <Activation A>
void gru_candidate_back(const TrainingBlock& block) {
  const std::int64_t n = block.units;
  for (std::int64_t b = 0; b < block.rows; ++b) {
    const float* z = block.gates + b * block.gates_stride;
    const float *candidate = z + 2 * n, *of_output = block.of_output + b * block.of_output_stride;
    float* dcandidate = block.of_gates + b * block.gates_stride + 2 * n;
    float* dh = block.dh + b * block.state_stride;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) {
      dh[j] += of_output[j];
      dcandidate[j] = dh[j] * (1.0F - z[j]) * slope<A>(candidate[j]);
    }
  }
}
template <Activation R>
void gru_before_back(const TrainingBlock& block) {
  const std::int64_t n = block.units;
  for (std::int64_t b = 0; b < block.rows; ++b) {
    const std::int64_t at = b * block.state_stride;
    const float* z = block.gates + b * block.gates_stride;
    const float *r = z + n, *candidate = r + n;
    float* dz = block.of_gates + b * block.gates_stride;
    float* dr = dz + n;
    const float *h_before = block.h_before + at, *of_reset_h = block.of_reset_h + at;
    float* dh = block.dh + at;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) {
      dz[j] = dh[j] * (h_before[j] - candidate[j]) * slope<R>(z[j]);
      dr[j] = of_reset_h[j] * h_before[j] * slope<R>(r[j]);
      dh[j] = dh[j] * z[j] + of_reset_h[j] * r[j];
    }
  }
}

}  // namespace lockstep::training
