#pragma once

#include <memory>

#include "backends/backend.h"

namespace lockstep::onednn {

/// A layer that knows no time, Dense or Activation: the rows of all steps are one matrix. A flattened Dense
/// is one product per thread, over rows that may span steps; a time-distributed one is a product for each
/// step, and the threads share the steps. Where the views are not made of one piece, rows are copied block
/// by block.
std::unique_ptr<Layer> prepare_feedforward(const Problem&, const Weights&);

}  // namespace lockstep::onednn
