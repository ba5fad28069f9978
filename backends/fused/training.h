#pragma once

#include <memory>

#include "backends/backend.h"

namespace lockstep::fused {

/// Any layer in training, with the chosen kernels: the passes of product_training.h and
/// product_rows_training.h on products and activations of these.
std::unique_ptr<TrainableLayer> prepare_training(const Problem&, const Weights&);

}  // namespace lockstep::fused
