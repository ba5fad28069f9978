#include "bench/fit.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr double near = 1e3 * std::numeric_limits<double>::epsilon();  // some hundred roundings

std::vector<TimePoint> points_of(double overhead, double per_step, std::initializer_list<double> lengths) {
  std::vector<TimePoint> points;
  for (const double length : lengths) points.push_back({length, overhead + per_step * length});
  return points;
}

TEST(Fit, RecoversALine) {
  for (const auto& [overhead, per_step] : {std::pair{3.0, 2.0}, {0.0, 5.0}, {7.0, 0.0}, {1.5, 0.25}}) {
    const auto fit = fit_line(points_of(overhead, per_step, {1, 2, 8, 64, 256}));
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->overhead, overhead, near * (overhead + 256 * per_step));
    EXPECT_NEAR(fit->per_step, per_step, near * (overhead + 256 * per_step));
    EXPECT_NEAR(fit->largest_relative_error, 0, near);
  }
}

TEST(Fit, RecoversALineOfRealTimes) {
  const auto fit = fit_line(points_of(2e-6, 3e-8, {1, 4, 16, 64, 256, 1024, 4096}));
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->overhead / 2e-6, 1, 1e-9);
  EXPECT_NEAR(fit->per_step / 3e-8, 1, 1e-9);
}

TEST(Fit, IsTheSameInAnyOrder) {
  const auto there = fit_line(std::vector<TimePoint>{{1, 5}, {2, 7}, {4, 12}, {8, 18}});
  const auto back = fit_line(std::vector<TimePoint>{{8, 18}, {4, 12}, {2, 7}, {1, 5}});
  EXPECT_NEAR(there->overhead, back->overhead, near * 18);
  EXPECT_NEAR(there->per_step, back->per_step, near * 18);
}

TEST(Fit, WeighsEveryPointByItsRelativeError) {
  // The exact line t = 1 + T, whose longest time is twice as long as it should be. By absolute errors that
  // point would carry the line away from all others; by relative ones it moves short times by little.
  std::vector<TimePoint> points = points_of(1, 1, {1, 2, 3, 4, 5, 6, 7, 8, 1000});
  points.back().time *= 2;
  const auto fit = fit_line(points);
  ASSERT_TRUE(fit);
  EXPECT_LT(std::abs(fit->overhead + fit->per_step * 1 - 2), 0.5);
  EXPECT_GT(fit->largest_relative_error, 0.1);
  EXPECT_LE(fit->largest_relative_error, 0.5);
  EXPECT_NEAR(fit->largest_relative_error, std::abs(fit->overhead + 1000 * fit->per_step - 2002) / 2002,
              near);
}

TEST(Fit, IsTheSameInAnyUnit) {
  const std::vector<TimePoint> seconds{{1, 5e-6}, {2, 7e-6}, {4, 12e-6}, {8, 18e-6}};
  std::vector<TimePoint> nanoseconds = seconds;
  for (TimePoint& point : nanoseconds) point.time *= 1e9;
  const auto a = fit_line(seconds), b = fit_line(nanoseconds);
  EXPECT_NEAR(a->overhead * 1e9, b->overhead, 1e-9 * b->overhead);
  EXPECT_NEAR(a->largest_relative_error, b->largest_relative_error, 1e-9);
}

TEST(Fit, NeedsThreeLengths) {
  EXPECT_FALSE(fit_line({}));
  EXPECT_FALSE(fit_line(points_of(1, 1, {1, 2})));
  EXPECT_FALSE(fit_line(points_of(1, 1, {1, 2, 2, 1, 2})));
  EXPECT_TRUE(fit_line(points_of(1, 1, {1, 2, 3})));
}

TEST(Fit, RefusesTimesThatAreNone) {
  for (const double time : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    auto points = points_of(1, 1, {1, 2, 4, 8});
    points[2].time = time;
    EXPECT_FALSE(fit_line(points)) << time;
  }
}

}  // namespace
}  // namespace lockstep
