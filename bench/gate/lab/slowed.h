#pragma once

#include <functional>
#include <memory>

#include "backends/backend.h"

namespace lockstep::gate {

/// Seconds of a clock that goes on while a layer runs.
using Now = std::function<double()>;
/// std::chrono::steady_clock.
double steady_now();

/// The layer, each of whose passes takes (1 + share) times its own time: it waits for the rest, busily.
std::unique_ptr<Layer> slowed(std::unique_ptr<Layer>, double share, Now now = steady_now);
std::unique_ptr<TrainableLayer> slowed(std::unique_ptr<TrainableLayer>, double share, Now now = steady_now);

}  // namespace lockstep::gate
