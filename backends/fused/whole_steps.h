#pragma once

#include <cstdint>
#include <vector>

#include "backends/backend.h"
#include "backends/fused/cell_weights.h"
#include "backends/fused/kernels.h"
#include "backends/fused/states.h"

namespace lockstep::fused {

/// tanh and, where the cell has gates, sigmoid, for which kernels are compiled apart.
inline bool is_usual(const RecurrentSpec& layer) {
  return layer.activation == Activation::tanh &&
         (layer.cell == Cell::simple_rnn || layer.recurrent_activation == Activation::sigmoid);
}

/// Some rows of the batch through many time steps in one call of a kernel: the shorter a step, the more is
/// gained. Not for steps that are masked, and not for threads that wait for each other.
class WholeSteps {
 public:
  /// Whether there is a kernel: for the usual activations and units that fill vectors.
  static bool fit(const RecurrentSpec&, int lanes);

  /// `projected`: of each gate product, null where the input is multiplied step by step. All that it
  /// is given outlives it.
  WholeSteps(const Problem&, const Kernels&, const std::vector<GateProduct>&,
             const std::vector<const float*>& projected, Slice rows, States&);

  /// Steps `first` to `first + count` in the order of processing, the first of them also of what is
  /// projected.
  void run(const Io&, std::int64_t first, std::int64_t count) const;

 private:
  void (*kernel_)(const Steps&);
  bool return_sequences_, go_backwards_;
  Slice rows_;
  States& states_;
  Steps steps_;  // what is the same in every call
};

}  // namespace lockstep::fused
