#pragma once

#include <memory>

#include "backends/backend.h"

namespace lockstep::onednn {

Support supports_recurrent(const RecurrentSpec&, const Extras&);

/// A layer that runs oneDNN's own recurrent primitive.
///
/// The batch is split once over the threads, each with one-thread primitives: no barrier in the time loop.
/// Time is cut into chunks that carry the state, so that memory does not grow with it. Time-major sequences
/// are read and written in place, except that a part of a batch and a sequence read backwards are copied
/// step by step into a dense chunk first: only for a dense input does the library make one product of all
/// its steps. Backwards means a reversed copy, since oneDNN's own right2left would give the outputs in the
/// order of time, and Keras has them in the order of processing.
std::unique_ptr<Layer> prepare_recurrent(const Problem&, const Weights&);

}  // namespace lockstep::onednn
