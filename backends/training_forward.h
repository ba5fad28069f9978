#pragma once

#include <algorithm>

#include "backends/training_block.h"

/// The gate passes that keep what they compute: a library's own activations around plain loops. No two
/// arrays of a loop overlap: ivdep says so, as the compiler would give up on checking every pair.
namespace lockstep::training {

using Activate = void (*)(float* values, std::int64_t n);
/// A layer's activation and recurrent activation, in place.
struct Activations {
  Activate outer = nullptr, inner = nullptr;
};
using ForwardPass = void (*)(const TrainingBlock&, const Activations&);

inline void simple_rnn(const TrainingBlock& block, const Activations& activate) {
  for (std::int64_t b = 0; b < block.rows; ++b) {
    float* h = block.h + b * block.state_stride;
    std::copy_n(block.gates + b * block.gates_stride, block.units, h);
    activate.outer(h, block.units);
  }
}

inline void lstm(const TrainingBlock& block, const Activations& activate) {
  const std::int64_t n = block.units;
  for (std::int64_t b = 0; b < block.rows; ++b) {
    float* i = block.gates + b * block.gates_stride;
    const float *f = i + n, *o = f + n;
    float* candidate = i + 3 * n;
    const std::int64_t at = b * block.state_stride;
    const float* c_before = block.c_before + at;
    float *c = block.c + at, *activated_c = block.activated_c + at, *h = block.h + at;
    activate.inner(i, 3 * n);
    activate.outer(candidate, n);
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) activated_c[j] = c[j] = f[j] * c_before[j] + i[j] * candidate[j];
    activate.outer(activated_c, n);
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) h[j] = o[j] * activated_c[j];
  }
}

/// h from an activated candidate.
inline void gru_state(std::int64_t n, const float* z, const float* candidate, const float* h_before,
                      float* h) {
#pragma GCC ivdep
  for (std::int64_t j = 0; j < n; ++j) h[j] = candidate[j] + z[j] * (h_before[j] - candidate[j]);
}

inline void gru_after(const TrainingBlock& block, const Activations& activate) {
  const std::int64_t n = block.units;
  for (std::int64_t b = 0; b < block.rows; ++b) {
    float* candidate = block.gates + b * block.gates_stride;
    float* z = candidate + n;
    const float *r = z + n, *of_state = r + n;
    activate.inner(z, 2 * n);
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) candidate[j] += r[j] * of_state[j];
    activate.outer(candidate, n);
    gru_state(n, z, candidate, block.h_before + b * block.state_stride, block.h + b * block.state_stride);
  }
}

/// Before the candidate's recurrent product.
inline void gru_reset(const TrainingBlock& block, const Activations& activate) {
  const std::int64_t n = block.units;
  for (std::int64_t b = 0; b < block.rows; ++b) {
    float* z = block.gates + b * block.gates_stride;
    const float *r = z + n, *h_before = block.h_before + b * block.state_stride;
    float* reset_h = block.reset_h + b * block.state_stride;
    activate.inner(z, 2 * n);
#pragma GCC ivdep
    for (std::int64_t j = 0; j < n; ++j) reset_h[j] = r[j] * h_before[j];
  }
}
/// And after it.
inline void gru_before(const TrainingBlock& block, const Activations& activate) {
  const std::int64_t n = block.units;
  for (std::int64_t b = 0; b < block.rows; ++b) {
    const float* z = block.gates + b * block.gates_stride;
    float* candidate = block.gates + b * block.gates_stride + 2 * n;
    activate.outer(candidate, n);
    gru_state(n, z, candidate, block.h_before + b * block.state_stride, block.h + b * block.state_stride);
  }
}

}  // namespace lockstep::training
