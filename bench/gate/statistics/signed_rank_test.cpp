#include "bench/gate/statistics/signed_rank.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "bench/gate/processes_for_test.h"

namespace lockstep::gate {
namespace {

using Values = std::vector<double>;

/// By the definition: the share of all signs of the distances from the center whose sum of positive mean
/// ranks is not below that of the values.
double p_by_enumeration(const Values& values, double center) {
  std::vector<double> distances, ranks;
  for (const double value : values) distances.push_back(std::abs(value - center));
  for (const double distance : distances) {
    double below = 0, equal = 0;
    for (const double other : distances) {
      below += other < distance;
      equal += other == distance;
    }
    ranks.push_back(distance == 0 ? 0 : below + (equal + 1) / 2);
  }
  double observed = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] > center) observed += ranks[i];
  const unsigned patterns = 1u << values.size();
  unsigned extreme = 0;
  for (unsigned signs = 0; signs < patterns; ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (signs >> i & 1u) sum += ranks[i];
    extreme += sum >= observed;
  }
  return static_cast<double>(extreme) / patterns;
}

const std::vector<Values> small_samples = {
    {0.5},
    {-0.5},
    {0},
    {1, 2},
    {1, -2},
    {1, 1},
    {1, -1},
    {0, 0, 0},
    {0, 3, -1},
    {2, 2, 2, -2},
    {1, 2, 3, 4, 5},
    {-1, 2, -3, 4, 5},
    {1, 1, 2, 2, -2, 3, 0},
    {4, -4, 4, -4, 1, 1, 1},
    {0, 0, 1, -2, 2, 3, 3, 3},
    {0.25, -1.5, 2.75, 3.5, -0.75, 5.25, 4.5, 8, -2.25},
    {1, 2, 3, 4, -5, 6, 7, 8, 9, 10},
    {1, 1, 1, 2, 2, -1, -2, 0, 3, 3},
};

TEST(SignedRank, IsTheShareOfSignsAtLeastAsExtreme) {
  for (const Values& values : small_samples)
    for (const double center : {0.0, 1.0, -2.0, 0.5}) {
      EXPECT_DOUBLE_EQ(p_above(values, center), p_by_enumeration(values, center))
          << ::testing::PrintToString(values) << " above " << center;
      Values mirrored;
      for (const double value : values) mirrored.push_back(-value);
      EXPECT_DOUBLE_EQ(p_below(values, center), p_by_enumeration(mirrored, -center))
          << ::testing::PrintToString(values) << " below " << center;
    }
}

TEST(SignedRank, AgreesWithScipy) {  // wilcoxon(values - center, alternative="greater", method="exact")
  const Values values = {0.031, 0.012, -0.004, 0.027, 0.045, -0.018,
                         0.039, 0.022, 0.009,  0.051, 0.016, -0.002};
  EXPECT_NEAR(p_above(values, 0), 0.008056640625, 1e-15);
  // The depression data of Hollander and Wolfe, for which they and R give 0.01953.
  const Values depression = {0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01};
  EXPECT_NEAR(p_above(depression, 0), 0.01953125, 1e-15);
}

TEST(SignedRank, ReachesItsSmallestPWhenAllAreBeyond) {
  for (const int n : {1, 6, 12, 28, 60, 300}) {
    Values values;
    for (int i = 1; i <= n; ++i) values.push_back(0.02 + 0.001 * i);
    EXPECT_DOUBLE_EQ(p_above(values, 0.02), smallest_p(n)) << n;
    EXPECT_DOUBLE_EQ(smallest_p(n), std::pow(2.0, -n));
    EXPECT_NEAR(p_below(values, 0.02), 1, 1e-13) << n;
  }
}

TEST(SignedRank, TestsAgainstTheCenterAndNotZero) {
  const Values values = {0.011, 0.013, 0.012, 0.015, 0.014, 0.016, 0.017, 0.018};
  EXPECT_DOUBLE_EQ(p_above(values, 0.01), smallest_p(8));
  EXPECT_DOUBLE_EQ(p_above(values, 0.02), 1);
  EXPECT_DOUBLE_EQ(p_below(values, 0.02), smallest_p(8));
}

TEST(SignedRank, SaysNothingOfValuesOnTheCenter) {
  EXPECT_EQ(p_above(Values(28, 0.02), 0.02), 1);
  EXPECT_EQ(p_below(Values(28, 0.02), 0.02), 1);
}

TEST(SignedRank, RefusesWhatItCannotRank) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const Values values = {0.01, bad, 0.02};
    EXPECT_THROW(p_above(values, 0), std::invalid_argument);
    EXPECT_THROW(p_below(values, 0), std::invalid_argument);
    EXPECT_THROW(hodges_lehmann(values, 0.95), std::invalid_argument);
  }
  EXPECT_THROW(p_above(Values{}, 0), std::invalid_argument);
  EXPECT_THROW(hodges_lehmann(Values{}, 0.95), std::invalid_argument);
}

TEST(SignedRank, FiresNoMoreThanItsLevelOnTheCenter) {
  constexpr int groups = 20000;
  Processes processes(1, {.heavy_tailed = true});
  int fired = 0;
  for (int group = 0; group < groups; ++group) fired += p_above(processes.votes(28, 0.02), 0.02) <= 0.01;
  EXPECT_LE(fired, groups * 0.01 + 3 * std::sqrt(groups * 0.01));
  EXPECT_GE(fired, groups * 0.008);  // and not by much less: it is exact
}

TEST(SignedRank, DepthsAreThoseOfTables) {
  EXPECT_EQ(depth_for(6, 0.025).k, 1u);
  EXPECT_DOUBLE_EQ(depth_for(6, 0.025).tail, 1.0 / 64);
  EXPECT_EQ(depth_for(5, 0.025).k, 0u);
  EXPECT_EQ(depth_for(9, 0.025).k, 6u);  // P(T <= 5) = 10 / 512
  EXPECT_DOUBLE_EQ(depth_for(9, 0.025).tail, 10.0 / 512);
  EXPECT_EQ(depth_for(10, 0.025).k, 9u);   // the critical value 8 of every table
  EXPECT_EQ(depth_for(20, 0.025).k, 53u);  // 52
  EXPECT_EQ(depth_for(20, 0.005).k, 38u);  // 37
  EXPECT_EQ(depth_for(28, 0.01).k, 102u);  // 101
}

TEST(HodgesLehmann, IsTheMedianOfMeansOfTwo) {
  const auto shift = hodges_lehmann(Values{1, 2, 6}, 0.95);  // means 1 1.5 2 3.5 4 6
  EXPECT_DOUBLE_EQ(shift.estimate, 2.75);
  EXPECT_DOUBLE_EQ(hodges_lehmann(Values{3, 1}, 0.95).estimate, 2);
  EXPECT_DOUBLE_EQ(hodges_lehmann(Values{7}, 0.95).estimate, 7);
}

TEST(HodgesLehmann, AgreesWithHollanderAndWolfe) {
  const Values depression = {0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01};
  const auto shift = hodges_lehmann(depression, 0.95);
  EXPECT_NEAR(shift.estimate, 0.46, 1e-12);
  EXPECT_NEAR(shift.low, 0.01, 1e-12);
  EXPECT_NEAR(shift.high, 0.786, 1e-12);
  EXPECT_DOUBLE_EQ(shift.level, 1 - 20.0 / 512);
}

TEST(HodgesLehmann, SaysTheLevelOfFewValues) {
  const auto five = hodges_lehmann(Values{1, 2, 3, 4, 9}, 0.95);
  EXPECT_DOUBLE_EQ(five.level, 1 - 2.0 / 32);
  EXPECT_EQ(five.low, 1);
  EXPECT_EQ(five.high, 9);
  EXPECT_DOUBLE_EQ(hodges_lehmann(Values{1, 2, 3, 4, 9, 10}, 0.95).level, 1 - 2.0 / 64);
  EXPECT_DOUBLE_EQ(hodges_lehmann(Values{1}, 0.95).level, 0);
}

TEST(HodgesLehmann, IntervalHoldsWhatTheTestDoesNotReject) {
  Processes processes(2, {});
  for (int sample = 0; sample < 50; ++sample) {
    const Values values = processes.votes(15, 0.01);
    const auto shift = hodges_lehmann(values, 0.95);
    const double tail = (1 - shift.level) / 2 * (1 + 1e-9), little = 1e-7;
    EXPECT_LE(p_above(values, shift.low - little), tail);
    EXPECT_GT(p_above(values, shift.low + little), tail);
    EXPECT_LE(p_below(values, shift.high + little), tail);
    EXPECT_GT(p_below(values, shift.high - little), tail);
  }
}

TEST(HodgesLehmann, IntervalCoversTheTruthAsOftenAsItSays) {
  constexpr int samples = 4000;
  for (const int n : {6, 12, 28})
    for (const bool heavy_tailed : {false, true}) {
      Processes processes(3, {.heavy_tailed = heavy_tailed});
      int covered = 0;
      double level = 0;
      for (int sample = 0; sample < samples; ++sample) {
        const auto shift = hodges_lehmann(processes.votes(n, 0.05), 0.95);
        covered += shift.low <= 0.05 && 0.05 <= shift.high;
        level = shift.level;
      }
      EXPECT_GE(level, 0.95);
      EXPECT_NEAR(covered, level * samples, 3.5 * std::sqrt(samples * level * (1 - level)))
          << n << " values, heavy-tailed: " << heavy_tailed;
    }
}

}  // namespace
}  // namespace lockstep::gate
