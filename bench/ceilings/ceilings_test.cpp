#include "bench/ceilings/ceilings.h"

#include <gtest/gtest.h>

#include "bench/ceilings/ceilings_for_test.h"

namespace lockstep {
namespace {

TEST(Ceilings, ThreadsShareThemUpToWhatAllHave) {
  Ceilings eight = ceilings_for_test();
  eight.threads = 8;
  const OneAndAll rate{10, 36};
  EXPECT_EQ(share_of(rate, 1, eight), 10);
  EXPECT_EQ(share_of(rate, 3, eight), 30);
  EXPECT_EQ(share_of(rate, 5, eight), 36);
  EXPECT_EQ(share_of(rate, 8, eight), 36);
  EXPECT_EQ(share_of(rate, 99, eight), 36);
}

TEST(Ceilings, OfOneThreadAreItsOwn) {
  Ceilings one = ceilings_for_test();
  one.threads = 1;
  EXPECT_EQ(share_of({10, 9}, 1, one), 10);  // as two measurements of the same may differ
  EXPECT_EQ(share_of({10, 9}, 4, one), 10);
}

TEST(Ceilings, BestTakesTheHighestRatesAndTheLowestCosts) {
  const Ceilings before = ceilings_for_test();
  Ceilings after = before;
  after.date = "later";
  after.clock_hz = 2 * before.clock_hz;
  after.flops_per_second = {before.flops_per_second.one / 2, before.flops_per_second.all * 2};
  after.memory[1].bytes_per_second = {1, 1e15};
  after.memory[3].bytes_per_second = {1e15, 1};
  after.flag_round_trip = 90e-9;
  after.openmp_region = 0;  // not known
  after.exp = before.exp / 2;
  after.tanh = before.tanh * 2;
  const Ceilings best = best_of(before, after);
  EXPECT_EQ(best.date, "later");
  EXPECT_EQ(best.clock_hz, after.clock_hz);
  EXPECT_EQ(best.flops_per_second.one, before.flops_per_second.one);
  EXPECT_EQ(best.flops_per_second.all, after.flops_per_second.all);
  EXPECT_EQ(best.memory[1].bytes_per_second.one, before.memory[1].bytes_per_second.one);
  EXPECT_EQ(best.memory[1].bytes_per_second.all, 1e15);
  EXPECT_EQ(best.memory[3].bytes_per_second.one, 1e15);
  EXPECT_EQ(best.memory[3].bytes_per_second.all, before.memory[3].bytes_per_second.all);
  EXPECT_EQ(best.flag_round_trip, 90e-9);
  EXPECT_EQ(best.openmp_region, before.openmp_region);
  EXPECT_EQ(best.exp, after.exp);
  EXPECT_EQ(best.tanh, before.tanh);
  EXPECT_EQ(best.sigmoid, before.sigmoid);
}

}  // namespace
}  // namespace lockstep
