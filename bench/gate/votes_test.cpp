#include "bench/gate/votes.h"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "bench/gate/votes_for_test.h"

namespace lockstep::gate {
namespace {

TEST(Screening, ClearsWhatIsWithinThePlan) {
  for (const double ratio : {0.991, 1.0, 1.0099})
    EXPECT_FALSE(is_open(votes_about(ratio, 6), {}, 40)) << ratio;
}

TEST(Screening, LeavesOpenWhatIsOffEitherWay) {
  for (const double ratio : {0.5, 0.98, 1.0101, 1.05, 3.0})
    EXPECT_TRUE(is_open(votes_about(ratio, 6, 1e-6), {}, 40)) << ratio;
}

TEST(Screening, LeavesOpenWhatCouldHideTheEffect) {
  EXPECT_FALSE(is_open(votes_about(1.0, 6, 0.015), {}, 40));
  EXPECT_TRUE(is_open(votes_about(1.0, 6, 0.1), {}, 40));
  EXPECT_TRUE(is_open(votes_about(1.0, 6, 0.04), {}, 100000));  // the more benchmarks, the harder to confirm
  EXPECT_FALSE(is_open(votes_about(1.0, 6, 0.1), {.detect = 0.5}, 40));
}

TEST(Screening, RefusesOtherVotesThanPlanned) {
  EXPECT_THROW(is_open(votes_about(1.0, 5), {}, 40), std::invalid_argument);
  EXPECT_THROW(is_open(votes_about(1.0, 7), {}, 40), std::invalid_argument);
  auto votes = votes_about(1.0, 6);
  votes[1] = std::nan("");
  EXPECT_THROW(is_open(votes, {}, 40), std::invalid_argument);
}

TEST(Beyond, IsMeasuredFromTheMarginOfEitherWay) {
  const auto slower = votes_about(1.03, 28, 0.001), faster = votes_about(1 / 1.03, 28, 0.001);
  EXPECT_DOUBLE_EQ(p_beyond(slower, Way::slower, {}), std::ldexp(1, -28));
  EXPECT_DOUBLE_EQ(p_beyond(faster, Way::faster, {}), std::ldexp(1, -28));
  EXPECT_EQ(p_beyond(slower, Way::slower, {.margin = 0.04}), 1);
  EXPECT_EQ(p_beyond(faster, Way::faster, {.margin = 0.04}), 1);
  EXPECT_EQ(p_beyond(slower, Way::faster, {}), 1);
}

TEST(Change, IsReadInPercent) {
  EXPECT_EQ(percent(0.0312), "3.12 %");
  EXPECT_EQ(change_of(1.0523), "5.23 % slower");
  EXPECT_EQ(change_of(0.5), "50 % faster");
}

}  // namespace
}  // namespace lockstep::gate
