#pragma once

#include <memory>

#include "backends/backend.h"

namespace lockstep::onnxruntime {

/// A Dense as Gemm, and any activation as an operator of its own: on all rows at once, or, where a Dense is
/// time_distributed, in a run for each time step.
std::unique_ptr<Layer> prepare_feedforward(const Problem&, const Weights&);

}  // namespace lockstep::onnxruntime
