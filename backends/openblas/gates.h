#pragma once

#include "backends/gate_block.h"
#include "backends/openblas/vector_math.h"

/// The gate passes as loops over one batch row. No two of their arrays overlap and no unit reads another's
/// result: ivdep says so, as the compiler, left to check every pair of arrays, would give up on vector code.
namespace lockstep::openblas {

/// The passes that product_recurrent.h asks of a library.
struct Gates {
  template <Activation A, Activation R>
  static void lstm(const GateBlock& block) {
    const std::int64_t n = block.units;
    for (std::int64_t b = 0; b < block.rows; ++b) {
      const float* i = block.gates + b * block.gates_stride;
      const float* f = i + n;
      const float* candidate = f + n;
      const float* o = candidate + n;
      float* c = block.c + b * block.state_stride;
      float* h = block.h + b * block.state_stride;
      float* output = block.output + b * block.output_stride;
#pragma GCC ivdep
      for (std::int64_t j = 0; j < n; ++j) {
        c[j] = activated<R>(f[j]) * c[j] + activated<R>(i[j]) * activated<A>(candidate[j]);
        output[j] = h[j] = activated<R>(o[j]) * activated<A>(c[j]);
      }
    }
  }

  template <Activation A, Activation R>
  static void gru_after(const GateBlock& block) {
    const std::int64_t n = block.units;
    for (std::int64_t b = 0; b < block.rows; ++b) {
      const float* x_z = block.gates + b * block.gates_stride;
      const float* x_r = x_z + n;
      const float* x_candidate = x_r + n;
      const float* h_z = block.recurrent + b * block.gates_stride;
      const float* h_r = h_z + n;
      const float* h_candidate = h_r + n;
      const float* candidate_bias = block.candidate_bias;
      float* h = block.h + b * block.state_stride;
      float* output = block.output + b * block.output_stride;
#pragma GCC ivdep
      for (std::int64_t j = 0; j < n; ++j) {
        const float z = activated<R>(x_z[j] + h_z[j]), r = activated<R>(x_r[j] + h_r[j]);
        const float candidate = activated<A>(x_candidate[j] + r * (h_candidate[j] + candidate_bias[j]));
        output[j] = h[j] = candidate + z * (h[j] - candidate);
      }
    }
  }

  template <Activation R>
  static void gru_reset(const GateBlock& block) {
    const std::int64_t n = block.units;
    for (std::int64_t b = 0; b < block.rows; ++b) {
      const float* r = block.gates + b * block.gates_stride + n;
      const float* h = block.h + b * block.state_stride;
      float* reset_h = block.reset_h + b * block.state_stride;
#pragma GCC ivdep
      for (std::int64_t j = 0; j < n; ++j) reset_h[j] = activated<R>(r[j]) * h[j];
    }
  }

  template <Activation A, Activation R>
  static void gru_before(const GateBlock& block) {
    const std::int64_t n = block.units;
    for (std::int64_t b = 0; b < block.rows; ++b) {
      const float* z = block.gates + b * block.gates_stride;
      const float* x_candidate = z + 2 * n;
      float* h = block.h + b * block.state_stride;
      float* output = block.output + b * block.output_stride;
#pragma GCC ivdep
      for (std::int64_t j = 0; j < n; ++j) {
        const float candidate = activated<A>(x_candidate[j]);
        output[j] = h[j] = candidate + activated<R>(z[j]) * (h[j] - candidate);
      }
    }
  }

  template <Activation A>
  static void simple_rnn(const GateBlock& block) {
    for (std::int64_t b = 0; b < block.rows; ++b) {
      const float* gates = block.gates + b * block.gates_stride;
      float* h = block.h + b * block.state_stride;
      float* output = block.output + b * block.output_stride;
#pragma GCC ivdep
      for (std::int64_t j = 0; j < block.units; ++j) output[j] = h[j] = activated<A>(gates[j]);
    }
  }
};

}  // namespace lockstep::openblas
