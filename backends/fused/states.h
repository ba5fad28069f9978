#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "backends/fused/panels.h"
#include "backends/tensor.h"

namespace lockstep::fused {

/// The states of a batch between two time steps, each row with room behind it. A step reads one of the two h
/// and writes the other, so that no sum meets a state that is new already.
struct States {
  States(std::int64_t batch, std::int64_t units)
      : stride(row_stride_for(units)), h{zeros(batch), zeros(batch)}, c(zeros(batch)), reset_h(zeros(batch)) {
    for (std::int64_t b = 0; b < batch; ++b) {
      for (std::size_t i = 0; i < 2; ++i) h_rows[i].push_back(h[i].data() + b * stride);
      reset_rows.push_back(reset_h.data() + b * stride);
    }
  }

  std::int64_t stride;
  std::array<Buffer<float>, 2> h;  // number step % 2 is the state before a step
  Buffer<float> c;                 // lstm; of gru with reset before z
  Buffer<float> reset_h;           // gru with reset before: r * h
  std::array<std::vector<const float*>, 2> h_rows;
  std::vector<const float*> reset_rows;

 private:
  Buffer<float> zeros(std::int64_t batch) const {
    Buffer<float> buffer(batch * stride);
    std::fill(buffer.begin(), buffer.end(), 0.0F);
    return buffer;
  }
};

}  // namespace lockstep::fused
