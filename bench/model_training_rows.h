#pragma once

#include <span>
#include <vector>

#include "bench/row.h"
#include "cases/seeds.h"

namespace lockstep {

/// Every model on every backend, trained with its usual loss and rmsprop on its own random data: an optimizer
/// step on one batch ("step/seed:gru16-td/B:128/T:64/threads:1/backend:eigen"), its forward and its backward
/// pass, and an epoch of all samples. Verified as verify does, in the very size that is timed.
std::vector<RowGroup> model_training_rows(std::span<const Seed> models,
                                          std::span<const Backend* const> backends, int threads,
                                          std::uint64_t seed);

}  // namespace lockstep
