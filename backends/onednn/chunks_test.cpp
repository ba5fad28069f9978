#include "backends/onednn/chunks.h"

#include <gtest/gtest.h>

namespace lockstep::onednn {
namespace {

TEST(ChunksTest, CoverTimeEvenlyWithinTheBudget) {
  for (std::int64_t time_steps = 1; time_steps < 300; ++time_steps)
    for (const std::int64_t bytes_per_step : {1, 7, 50, 1000, 100000}) {
      const auto [count, steps, last_steps] = chunks_of(time_steps, bytes_per_step, 1000);
      EXPECT_EQ((count - 1) * steps + last_steps, time_steps);
      EXPECT_GE(last_steps, 1);
      EXPECT_LE(last_steps, steps);
      EXPECT_TRUE(steps <= 16 || steps * bytes_per_step <= 1000);
      EXPECT_TRUE(count == 1 || steps >= 9) << time_steps;  // a chunk too many at most halves them
    }
}

TEST(ChunksTest, OneWhereAllFits) {
  EXPECT_EQ(chunks_of(4096, 256).count, 1);
  EXPECT_EQ(chunks_of(4096, 32 * 4 * 256 * 4).steps, 32);
}

}  // namespace
}  // namespace lockstep::onednn
