#pragma once

#include <memory>

#include "backends/backend.h"

namespace lockstep::onednn {

/// A recurrent layer trained by oneDNN's own forward and backward primitives.
///
/// The batch is split once over the threads, each with one-thread primitives of all time steps and the
/// workspace between them: a thread's part is not cut further, since only inference gains by that. The
/// gradients of the weights are summed in the order of the threads: the same bits in each run.
std::unique_ptr<TrainableLayer> prepare_recurrent_training(const Problem&, const Weights&);

}  // namespace lockstep::onednn
