#pragma once

#include <cstdint>
#include <span>

namespace lockstep {

/// The smallest of the values that so many thousandths of them do not exceed: the nearest rank. `sorted`
/// holds at least one, `per_mille` is from 1 to 1000.
double percentile(std::span<const double> sorted, std::int64_t per_mille);

}  // namespace lockstep
