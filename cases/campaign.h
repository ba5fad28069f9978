#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cases/case.h"

namespace lockstep {

/// `count` cases drawn at random: every layer, style and field, masks but full, and the activations that do
/// not grow without bound, sizes up to 48 units and features and 96 steps, each with a seed of its own and a
/// gain from 0.5 to
/// 4. The same seed draws the same cases; the first of many are those of few.
std::vector<Case> random_cases(std::size_t count, std::uint64_t seed);

}  // namespace lockstep
