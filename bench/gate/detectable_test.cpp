#include "bench/gate/detectable.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "bench/gate/decide.h"
#include "bench/gate/processes_for_test.h"
#include "bench/gate/statistics/median.h"
#include "bench/gate/statistics/signed_rank.h"

namespace lockstep::gate {
namespace {

using Values = std::vector<double>;

/// How often both stages find a slowdown, of simulated processes.
double power_of(double slowdown, Noise noise, const Plan& plan, std::size_t tests) {
  constexpr int runs = 1500;
  Processes processes(7, noise);
  int found = 0;
  for (int run = 0; run < runs; ++run) {
    const Values screen = processes.votes(plan.screen, std::log1p(slowdown));
    const Values confirm = processes.votes(plan.confirm, std::log1p(slowdown));
    found += is_open(screen, plan, tests) &&
             p_above(confirm, std::log1p(plan.margin)) <= plan.level / static_cast<double>(tests);
  }
  return static_cast<double>(found) / runs;
}

struct Setting {
  Plan plan;
  double spread;
  std::size_t tests;
};

TEST(Detectable, IsFoundFourTimesOfFive) {
  const std::vector<Setting> settings = {
      {{}, 0.018, 1},
      {{}, 0.018, 3},
      {{}, 0.018, 40},
      {{}, 0.004, 1},
      {{}, 0.05, 3},
      {{}, 0.12, 3},
      {{.confirm = 12}, 0.018, 1},
      {{.confirm = 12}, 0.018, 12},
      {{.confirm = 12}, 0.018, 40},  // only 12 of 12 confirm
      {{.confirm = 60, .margin = 0.01}, 0.018, 3},
      {{.screen_above = 0.02}, 0.012, 1},  // the screening decides
      {{.screen = 20, .level = 0.05}, 0.018, 2},
  };
  for (const auto& [plan, spread, tests] : settings) {
    const double effect = detectable(spread, plan, tests);
    EXPECT_GT(effect, plan.margin);
    const double power = power_of(effect, {.deviation = spread}, plan, tests);
    EXPECT_GE(power, 0.7) << effect << " of spread " << spread << ", " << plan.confirm << ", " << tests;
    EXPECT_LE(power, 0.9) << effect << " of spread " << spread << ", " << plan.confirm << ", " << tests;
    RecordProperty("power", std::to_string(power));
  }
}

TEST(Detectable, GrowsWithSpreadAndTests) {
  EXPECT_LT(detectable(0.01, {}, 1), detectable(0.02, {}, 1));
  EXPECT_LT(detectable(0.02, {}, 1), detectable(0.02, {}, 40));
  EXPECT_LT(detectable(0.02, {.confirm = 40}, 3), detectable(0.02, {.confirm = 20}, 3));
}

TEST(Detectable, OfNoSpreadIsTheMargin) {
  EXPECT_NEAR(detectable(0, {}, 3), 0.02, 1e-9);
  EXPECT_NEAR(detectable(0, {.margin = 0.1}, 3), 0.1, 1e-9);
}

TEST(Detectable, IsInfiniteOnlyIfNothingCanBeConfirmed) {
  EXPECT_TRUE(std::isinf(detectable(0.02, {.confirm = 6}, 1)));
  EXPECT_TRUE(std::isinf(detectable(0.02, {.confirm = 7}, 2)));
  EXPECT_TRUE(std::isfinite(detectable(0.02, {.confirm = 7}, 1)));
  EXPECT_TRUE(std::isfinite(detectable(1e6, {}, 40)));
}

TEST(Spread, IsTheDeviationOfNormalVotes) {
  for (const int votes : {4, 6, 9, 15, 28}) {
    Processes processes(11, {.deviation = 0.018});
    Values spreads;
    for (int i = 0; i < 4000; ++i) spreads.push_back(spread_of(processes.votes(votes, 0.03)));
    EXPECT_NEAR(median(spreads), 0.018, 0.1 * 0.018) << votes;
  }
}

TEST(Spread, StandsOutliers) {
  EXPECT_LT(spread_of(Values{0.01, -0.01, 0.005, -0.004, 0.012, 1.1}), 0.04);
  Values votes = Processes(5, {.deviation = 0.01}).votes(28, 0);
  for (const std::size_t i : {3u, 9u, 15u, 21u, 27u}) votes[i] = i % 2 == 0 ? 1 : -1;
  EXPECT_LT(spread_of(votes), 0.025);
}

TEST(Spread, IsNotMisledByHalfThatAgree) {  // whose median distance from the median is 0, and Qn is, too
  EXPECT_GT(spread_of(Values{0.01, 0.01, 0.01, 0.01, 0.06, -0.04}), 0.02);
  EXPECT_GT(spread_of(Values{0, 0, 0, 0, 0.05, 0.06}), 0.02);
}

TEST(Spread, OfEqualVotesIsNone) {
  EXPECT_EQ(spread_of(Values(6, 0.01)), 0);
}

}  // namespace
}  // namespace lockstep::gate
