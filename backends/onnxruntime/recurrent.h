#pragma once

#include <memory>

#include "backends/backend.h"

namespace lockstep::onnxruntime {

Support supports_recurrent(const Problem&);

/// A layer that runs the operator LSTM, GRU or RNN over the whole sequence, time-major, which is the
/// operator's own layout and is read and written in place; any other, and a sequence read backwards, is
/// copied. Backwards means a reversed copy: the operator's own direction would give the outputs in the order
/// of time, and Keras has them in the order of processing.
std::unique_ptr<Layer> prepare_recurrent(const Problem&, const Weights&);

}  // namespace lockstep::onnxruntime
