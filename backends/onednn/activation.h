#pragma once

#include <vector>

#include "backends/backend.h"
#include "backends/onednn/describe.h"
#include "backends/spec.h"

namespace lockstep::onednn {

/// Whether oneDNN has the activation, alone or after a product.
Support supports(Activation);

/// The elementwise operations that make an activation, one after the other; none for linear and softmax.
std::vector<Eltwise> eltwise_chain(Activation);

/// The same the way back, from the gradient of the activated values to that of what was activated: each reads
/// the values, too.
std::vector<Eltwise> backward_chain(Activation);

/// The activation of a simple RNN cell, for those that oneDNN's has.
Support supports_in_simple_rnn(Activation);
Eltwise simple_rnn_activation(Activation);

}  // namespace lockstep::onednn
