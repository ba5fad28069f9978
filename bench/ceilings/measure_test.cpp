#include "bench/ceilings/measure.h"

#include <cmath>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

bool is_rate(double value) {
  return std::isfinite(value) && value > 0;
}

TEST(MeasureCeilings, FindsEveryOne) {
  Effort least;
  least.seconds = 1e-4;
  least.tries = 2;
  least.trips = 20;
  least.most_seconds = 0;
  least.most_bytes = 1e6;
  std::vector<std::size_t> told;
  std::size_t all = 0;
  const Ceilings found =
      measure_ceilings(least, [&](std::size_t done, std::size_t of, const std::string& now) {
        told.push_back(done);
        all = of;
        EXPECT_FALSE(now.empty());
      });
  EXPECT_FALSE(found.isa.empty());
  EXPECT_FALSE(found.date.empty());
  EXPECT_EQ(found.threads, static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
  for (const double rate : {found.clock_hz, found.flops_per_second.one, found.flops_per_second.all, found.exp,
                            found.tanh, found.sigmoid})
    EXPECT_TRUE(is_rate(rate)) << rate;
  ASSERT_GE(found.memory.size(), 2U);
  for (const MemoryLevel& level : found.memory) {
    EXPECT_TRUE(is_rate(level.bytes_per_second.one)) << level.name;
    EXPECT_GE(level.bytes_per_second.all, level.bytes_per_second.one) << level.name;
  }
  EXPECT_EQ(is_rate(found.flag_round_trip), found.threads > 1);
  EXPECT_TRUE(std::isfinite(found.openmp_region) && found.openmp_region >= 0);
  ASSERT_EQ(told.size(), all);
  for (std::size_t i = 0; i < all; ++i) EXPECT_EQ(told[i], i);
}

}  // namespace
}  // namespace lockstep
