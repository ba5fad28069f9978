#pragma once

#include <cstdint>
#include <vector>

#include "backends/fused/panels.h"
#include "backends/spec.h"
#include "backends/tensor.h"
#include "backends/weights.h"

namespace lockstep::fused {

/// The packed weights of some units and of those gates whose sums are computed together.
struct GateProduct {
  /// `gates` in Keras' order.
  GateProduct(const Problem&, const Weights&, Slice units, const std::vector<int>& gates, int lanes);

  Panels panels;
  Buffer<float> kernel, recurrent_kernel;
  Buffer<float> bias;            // [width]; of both where they need not be told apart
  Buffer<float> recurrent_bias;  // [width]; empty unless the recurrent product has sums of its own
};

/// One product for lstm and simple_rnn; two for gru: z and r, and the candidate, whose recurrent product is
/// multiplied by r (reset_after) or is of another state (reset before).
std::vector<GateProduct> pack_cell(const Problem&, const Weights&, Slice units, int lanes);

/// How many weights each step reads; the kernels among them where the input is multiplied step by step.
std::int64_t weights_of_step(const std::vector<GateProduct>&, bool folded);

}  // namespace lockstep::fused
