#pragma once

#include <cstddef>
#include <vector>

namespace lockstep {

/// Rows of one value per factor, factor i having sizes[i] values, in which each two values of any two factors
/// meet at least once: far fewer rows than the product has. Greedy, in the manner of AETG (Cohen, Dalal,
/// Fredman, Patton, The AETG system, 1997), without its chance: the same sizes give the same rows.
std::vector<std::vector<std::size_t>> covering_rows(const std::vector<std::size_t>& sizes);

}  // namespace lockstep
