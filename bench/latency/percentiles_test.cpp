#include "bench/latency/percentiles.h"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

/// 1, 2, ... count.
std::vector<double> numbers_up_to(std::size_t count) {
  std::vector<double> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 1.0);
  return numbers;
}

TEST(Percentile, IsOfTheNearestRank) {
  const auto thousand = numbers_up_to(1000);
  EXPECT_EQ(percentile(thousand, 500), 500);
  EXPECT_EQ(percentile(thousand, 990), 990);
  EXPECT_EQ(percentile(thousand, 999), 999);
  EXPECT_EQ(percentile(thousand, 1000), 1000);
  EXPECT_EQ(percentile(thousand, 1), 1);
}

TEST(Percentile, IsTheNextValueWhereTheRankIsBetweenTwo) {
  EXPECT_EQ(percentile(numbers_up_to(1001), 999), 1000);  // 999.999
  EXPECT_EQ(percentile(numbers_up_to(3), 500), 2);
  EXPECT_EQ(percentile(numbers_up_to(4), 500), 2);
  EXPECT_EQ(percentile(numbers_up_to(4), 501), 3);
}

TEST(Percentile, OfFewValuesIsTheLargest) {
  EXPECT_EQ(percentile(numbers_up_to(999), 999), 999);
  EXPECT_EQ(percentile(numbers_up_to(50), 990), 50);
  EXPECT_EQ(percentile(numbers_up_to(1), 500), 1);
}

}  // namespace
}  // namespace lockstep
