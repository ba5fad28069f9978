#include "backends/fused/tiles.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace lockstep::fused {
namespace {

TEST(Tiles, CoverTheRowsEvenlyInAsFewAsCanBe) {
  for (std::int64_t most = 1; most < 8; ++most)
    for (std::int64_t n = 0; n < 60; ++n) {
      std::int64_t next = 0, count = 0, smallest = most, largest = 0;
      for_each_tile(n, most, [&](const Slice& tile) {
        EXPECT_EQ(tile.begin, next);
        next = tile.end;
        smallest = std::min(smallest, tile.size());
        largest = std::max(largest, tile.size());
        ++count;
      });
      EXPECT_EQ(next, n);
      EXPECT_EQ(count, (n + most - 1) / most);
      EXPECT_TRUE(n == 0 || (smallest >= 1 && largest <= most && largest - smallest <= 1))
          << n << " by " << most;
    }
}

}  // namespace
}  // namespace lockstep::fused
