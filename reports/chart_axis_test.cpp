#include "reports/chart_axis.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::reports {
namespace {

using testing::ElementsAre;

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> found;
  for (const Tick& tick : axis.ticks)
    if (!tick.label.empty()) found.push_back(tick.label);
  return found;
}

TEST(LogAxis, LabelsPowersOfTwoAsThemselves) {
  const Axis axis = log_axis({1, 2, 4, 8, 4096});
  EXPECT_THAT(labels(axis), ElementsAre("1", "4", "16", "64", "256", "1024", "4096"));
  EXPECT_EQ(axis.ticks.size(), 13u);
  EXPECT_LT(axis.from, 1);
  EXPECT_GT(axis.to, 4096);
  EXPECT_THAT(labels(log_axis({0.5, 1, 2})), ElementsAre("0.5", "1", "2"));
}

TEST(LogAxis, UsesPowersOfTenForAnythingElse) {
  EXPECT_THAT(labels(log_axis({3, 3e6})), ElementsAre("10", "100", "1000", "10k", "100k", "1M"));
  EXPECT_THAT(labels(log_axis({15, 1100})), ElementsAre("20", "50", "100", "200", "500", "1000"));
}

TEST(LogAxis, CoversOneValueAndAnyRange) {
  EXPECT_GE(labels(log_axis({7})).size(), 1u);
  EXPECT_GE(labels(log_axis({1.02, 1.03})).size(), 2u);
  for (const double ratio : {1.1, 3.0, 40.0, 1e3, 1e7, 1e30}) {
    const Axis axis = log_axis({0.7, 0.7 * ratio});
    EXPECT_GE(labels(axis).size(), 2u) << ratio;
    EXPECT_LE(labels(axis).size(), 8u) << ratio;
  }
}

TEST(LinearAxis, StartsAtZeroWhereTheDataComesNear) {
  EXPECT_THAT(labels(linear_axis(9, 22)), ElementsAre("0", "5", "10", "15", "20", "25"));
  EXPECT_THAT(labels(linear_axis(0.97, 1.03)), ElementsAre("0.96", "0.98", "1", "1.02", "1.04"));
}

TEST(LinearAxis, CoversItsData) {
  for (const auto& [from, to] :
       std::vector<std::pair<double, double>>{{0, 0}, {5, 5}, {-3, 4}, {1e-9, 3e-9}, {1e12, 1.1e12}}) {
    const Axis axis = linear_axis(from, to);
    EXPECT_LE(axis.from, from);
    EXPECT_GE(axis.to, to);
    EXPECT_LT(axis.from, axis.to);
    EXPECT_GE(labels(axis).size(), 3u);
    EXPECT_LE(labels(axis).size(), 8u);
  }
}

TEST(ShortNumber, ReadsAtAGlance) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(4096), "4096");
  EXPECT_EQ(short_number(20000), "20k");
  EXPECT_EQ(short_number(1.5e6), "1.5M");
  EXPECT_EQ(short_number(-2e9), "-2G");
  EXPECT_EQ(short_number(0.25), "0.25");
  EXPECT_EQ(short_number(1e-7), "1e-07");
}

}  // namespace
}  // namespace lockstep::reports
