#include "bench/ceilings/memory.h"

#include <bit>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr double kibi = 1024, mebi = 1024 * kibi;
constexpr double plenty = 1e12;

std::vector<MemoryLevel> levels_of(int threads) {
  return memory_levels({{2, 512 * kibi, 2}, {1, 48 * kibi, 2}, {3, 16 * mebi, 8}}, threads);
}

TEST(CeilingMemory, LevelsHaveTheCachesOfAllThreadsTogether) {
  const auto levels = levels_of(16);
  ASSERT_EQ(levels.size(), 4U);
  EXPECT_EQ(levels[0].name, "L1");
  EXPECT_EQ(levels[0].bytes.one, 48 * kibi);
  EXPECT_EQ(levels[0].bytes.all, 8 * 48 * kibi);
  EXPECT_EQ(levels[1].bytes.all, 8 * 512 * kibi);
  EXPECT_EQ(levels[2].name, "L3");
  EXPECT_EQ(levels[2].bytes.one, 16 * mebi);
  EXPECT_EQ(levels[2].bytes.all, 2 * 16 * mebi);
  EXPECT_EQ(levels[3].name, "DRAM");
  EXPECT_EQ(levels[3].bytes.one, 0);
  EXPECT_EQ(levels_of(1)[2].bytes.all, 16 * mebi);
}

TEST(CeilingMemory, ReadsFitTheirLevelAndNoNearerOne) {
  for (const int threads : {1, 2, 3, 16}) {
    const auto levels = levels_of(threads);
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const ReadSize size = read_size(levels, i, threads, plenty);
      EXPECT_TRUE(std::has_single_bit(size.by_one) && std::has_single_bit(size.by_each));
      const double one = static_cast<double>(size.by_one) * sizeof(float);
      const double all = static_cast<double>(size.by_each) * sizeof(float) * threads;
      if (i + 1 < levels.size()) {
        EXPECT_LE(one, levels[i].bytes.one) << levels[i].name << ", " << threads << " threads";
        EXPECT_LE(all, levels[i].bytes.all) << levels[i].name << ", " << threads << " threads";
      }
      if (i == 0) continue;
      EXPECT_GE(one, 2 * levels[i - 1].bytes.one) << levels[i].name << ", " << threads << " threads";
      if (i + 1 == levels.size()) {
        EXPECT_GE(all, 2 * levels[i - 1].bytes.all) << threads << " threads";
      }
    }
  }
}

TEST(CeilingMemory, ReadsOfASmallShareOfALevelDoNotFitTheNearerOne) {
  const auto levels = memory_levels({{1, 48 * kibi, 1}, {2, 2 * mebi, 1}, {3, 16 * mebi, 16}}, 16);
  const ReadSize size = read_size(levels, 2, 16, plenty);
  EXPECT_GE(static_cast<double>(size.by_one * sizeof(float)), 4 * mebi);
}

TEST(CeilingMemory, ReadsOfTheLastLevelKeepWithinTheMemoryGiven) {
  const auto levels = levels_of(4);
  const ReadSize size = read_size(levels, 3, 4, 1e6);
  EXPECT_LE(static_cast<double>(size.by_one * sizeof(float)), 1e6);
  EXPECT_EQ(size.by_each, size.by_one / 4);
}

TEST(CeilingMemory, ThisMachineHasCaches) {
  for (const Cache& cache : data_caches(2)) {
    EXPECT_GE(cache.level, 1);
    EXPECT_GT(cache.bytes, 0);
    EXPECT_GE(cache.sharing, 1);
    EXPECT_LE(cache.sharing, 2);
  }
  EXPECT_FALSE(data_caches(1).empty());
}

}  // namespace
}  // namespace lockstep
