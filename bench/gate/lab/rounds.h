#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "bench/gate/lab/call.h"
#include "bench/gate/lab/slowed.h"

namespace lockstep::gate {

/// Seconds per call of a batch of so many calls. Not above zero where the clock went back.
double time_batch(const Call&, std::int64_t calls, const Now&);

/// How many calls take `batch_seconds`, about; at least one.
std::int64_t calls_for(double batch_seconds, const Call&, const Now&);

/// Seconds per call in each round, of the first and of the second call: a batch of each in every round. Two
/// rounds are a block, first-second-second-first or the other way round; as many blocks of each, shuffled.
std::array<std::vector<double>, 2> time_rounds(const std::array<Call, 2>&, std::int64_t calls, int rounds,
                                               std::mt19937_64&, const Now&);

}  // namespace lockstep::gate
