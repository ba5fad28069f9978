#pragma once

#include <cstdint>

#include "backends/fused/kernels.h"
#include "backends/team.h"

namespace lockstep::fused {

/// How many of so many rows are computed in one pass over so many weights: those whose sums all stay in
/// registers or, where that saves a pass, more: of few rows and, where the weights come from beyond the
/// second level cache, of so many that tiles of five or six become of them. On one core of an AMD EPYC (Zen
/// 3) that made an LSTM of four rows and 128 to 512 units 1.1 to 1.3 times as fast.
inline std::int64_t rows_at_once(std::int64_t rows, std::int64_t weights, const Kernels& kernels) {
  constexpr std::int64_t few_rows = 5, many_rows = 10, cached = 256 * 1024;
  const bool saves_passes = rows <= few_rows || (rows >= many_rows && weights > cached);
  return saves_passes ? most_rows : kernels.flat_rows;
}

/// Which of some blocks of weights is computed at this place of a step: forwards in every other step, and
/// backwards in those between, so that a step begins with what the one before has left in the caches.
inline std::int64_t block_at(std::int64_t place, std::int64_t blocks, std::int64_t step) {
  return step % 2 == 0 ? place : blocks - 1 - place;
}

/// Cuts n rows into the fewest tiles of at most `most`, as even as can be.
template <class Use>
void for_each_tile(std::int64_t n, std::int64_t most, Use&& use) {
  if (n <= most) {  // few rows make short steps, in which a division is felt
    if (n > 0) use(Slice{0, n});
    return;
  }
  const std::int64_t tiles = (n + most - 1) / most, rows = n / tiles, longer = n % tiles;
  std::int64_t begin = 0;
  for (std::int64_t i = 0; i < tiles; ++i) {
    const std::int64_t end = begin + rows + (i < longer ? 1 : 0);
    use(Slice{begin, end});
    begin = end;
  }
}

}  // namespace lockstep::fused
