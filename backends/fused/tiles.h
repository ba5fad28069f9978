#pragma once

#include <cstdint>

#include "backends/team.h"

namespace lockstep::fused {

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
