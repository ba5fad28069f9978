#include "bench/gate/statistics/holm.h"

#include <cmath>

#include <gmock/gmock.h>

namespace lockstep::gate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<bool> at(double level, std::vector<double> p) {
  return holm(p, level);
}

TEST(Holm, DividesByThoseThatAreLeft) {
  EXPECT_THAT(at(0.06, {0.02, 0.03, 0.06}), ElementsAre(true, true, true));  // 0.06 / 3, / 2, / 1
  EXPECT_THAT(at(0.06, {0.02, 0.031, 0.001}), ElementsAre(true, true, true));
  EXPECT_THAT(at(0.06, {0.021, 0.001, 0.061}), ElementsAre(true, true, false));
  EXPECT_THAT(at(0.05, {0.01, 0.04, 0.03, 0.005}), ElementsAre(true, false, false, true));
}

TEST(Holm, StopsAtTheFirstThatIsNotRejected) {
  EXPECT_THAT(at(0.06, {0.021, 0.022, 0.023}), ElementsAre(false, false, false));
  EXPECT_THAT(at(0.06, {0.045, 0.001, 0.04}), ElementsAre(false, true, false));
}

TEST(Holm, OfOneIsTheLevel) {
  EXPECT_THAT(at(0.01, {0.01}), ElementsAre(true));
  EXPECT_THAT(at(0.01, {0.0101}), ElementsAre(false));
  EXPECT_THAT(at(0.01, {}), IsEmpty());
}

TEST(Holm, NeverRejectsByWhatIsNoNumber) {
  EXPECT_THAT(at(0.05, {std::nan(""), 0.001, std::nan("")}), ElementsAre(false, true, false));
}

}  // namespace
}  // namespace lockstep::gate
