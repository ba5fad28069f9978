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

TEST(Tiles, TakeMoreRowsAtOnceWhereThereAreFewOrManyWeights) {
  constexpr std::int64_t few = 1000, many = 1'000'000;
  for (const Kernels* kernels : usable_kernels()) {
    EXPECT_EQ(rows_at_once(4, few, *kernels), most_rows);
    EXPECT_EQ(rows_at_once(6, few, *kernels), kernels->flat_rows);
    EXPECT_EQ(rows_at_once(6, many, *kernels), kernels->flat_rows);
    EXPECT_EQ(rows_at_once(10, many, *kernels), most_rows);
    EXPECT_EQ(rows_at_once(10, few, *kernels), kernels->flat_rows);
  }
}

}  // namespace
}  // namespace lockstep::fused
