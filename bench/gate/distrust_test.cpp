#include <gmock/gmock.h>

#include "bench/gate/decide.h"
#include "bench/gate/votes_for_test.h"

namespace lockstep::gate {
namespace {

using ::testing::HasSubstr;

std::string distrust(const std::vector<Votes>& controls, const Plan& plan = {}) {
  return distrust_of(controls, plan);
}

TEST(Distrust, IsNoneOfCopiesThatAreAsFast) {
  EXPECT_EQ(distrust({screened(1.0)}), "");
  EXPECT_EQ(distrust({screened(1.0), confirmed(1.015), confirmed(0.99)}), "");
}

TEST(Distrust, IsOfCopiesThatAreNot) {
  EXPECT_EQ(distrust({screened(1.0), confirmed(1.05), confirmed(1.03), screened(1.0)}),
            "2 of 4 copies of the base are not as fast as it, up to 5 % slower");
  EXPECT_EQ(distrust({screened(1.0), confirmed(0.9)}),
            "1 of 2 copies of the base are not as fast as it, up to 10 % faster");
}

TEST(Distrust, IsOfControlsThatWereNotMeasured) {
  EXPECT_THAT(distrust({}), HasSubstr("no copy of the base"));
  EXPECT_EQ(distrust({}, {.control_share = 0}), "");
  EXPECT_THAT(distrust({Votes{}}), HasSubstr("0 processes measured it to screen, the plan asks for 6"));
  EXPECT_THAT(distrust({screened(1.0), screened(1.05)}), HasSubstr("0 processes measured it to confirm"));
}

}  // namespace
}  // namespace lockstep::gate
