#include "bench/gate/statistics/mann_whitney.h"

#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep::gate {
namespace {

using Values = std::vector<double>;

Values from(double first, std::size_t count) {
  Values values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

// The numbers are scipy 1.17.1's mannwhitneyu(a, b).pvalue.

TEST(MannWhitney, IsExactForFewValuesWithoutTies) {
  EXPECT_NEAR(mann_whitney_p(Values{1, 2, 3}, Values{4, 5, 6}), 0.1, 1e-14);
  EXPECT_NEAR(mann_whitney_p(Values{1, 2, 3, 4}, Values{2.5, 6, 7, 8, 9}), 0.06349206349206349, 1e-14);
  EXPECT_NEAR(mann_whitney_p(Values{1.1, 2.2, 3.3, 4.4, 5.5, 6.6, 7.7, 8.8},
                             Values{0.5, 1.5, 2.5, 9.5, 10.5, 11.5, 12.5, 13.5, 14.5, 15.5}),
              0.10110151286621874, 1e-14);
  EXPECT_NEAR(mann_whitney_p(from(0, 8), from(100, 60)) / 2.7056241303386763e-10, 1, 1e-9);
  EXPECT_EQ(mann_whitney_p(Values{3, 1, 2}, Values{3.5, 0.5, 2.5, 1.5}), 1);
  EXPECT_EQ(mann_whitney_p(Values{1}, Values{2}), 1);
}

TEST(MannWhitney, IsNormalForMoreThanEightOnBothSides) {
  const Values a = {10.1, 10.4, 10.2, 10.9, 10.3, 10.6, 10.8, 10.5, 10.7, 11.0};
  const Values b = {10.55, 10.95, 11.1, 11.2, 10.85, 11.3, 11.4, 10.65, 11.5, 11.6};
  EXPECT_NEAR(mann_whitney_p(a, b), 0.004586392080253494, 1e-14);
  EXPECT_NEAR(mann_whitney_p(b, a), 0.004586392080253494, 1e-14);
  EXPECT_NEAR(mann_whitney_p(from(0, 10), from(100, 10)), 0.00018267179110955002, 1e-15);
}

TEST(MannWhitney, CorrectsForTies) {
  const Values a = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
  const Values b = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
  EXPECT_NEAR(mann_whitney_p(a, b), 0.13291945818531892, 1e-13);
  EXPECT_NEAR(mann_whitney_p(Values{1, 1, 2, 3}, Values{1, 2, 2, 4, 5}), 0.37485714268334, 1e-13);
  EXPECT_EQ(mann_whitney_p(Values{5, 5, 5}, Values{5, 5}), 1);
}

TEST(MannWhitney, RefusesWhatItCannotRank) {
  EXPECT_THROW(mann_whitney_p(Values{}, Values{1}), std::invalid_argument);
  EXPECT_THROW(mann_whitney_p(Values{1}, Values{}), std::invalid_argument);
  EXPECT_THROW(mann_whitney_p(Values{1, std::nan("")}, Values{1}), std::invalid_argument);
  EXPECT_THROW(mann_whitney_p(Values{1}, Values{2, HUGE_VAL}), std::invalid_argument);
}

}  // namespace
}  // namespace lockstep::gate
