#pragma once

#include <memory>

#include "backends/backend.h"

namespace lockstep::onednn {

/// A Dense or an Activation, trained: forward as prepare_feedforward's, backward by oneDNN's own backward
/// primitives on the same rows. An activation's derivative is made of the run's output. The gradients of the
/// weights are summed in the order of products and threads: the same bits in each run.
std::unique_ptr<TrainableLayer> prepare_feedforward_training(const Problem&, const Weights&);

}  // namespace lockstep::onednn
