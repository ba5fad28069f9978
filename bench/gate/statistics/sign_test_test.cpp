#include "bench/gate/statistics/sign_test.h"

#include <vector>

#include <gtest/gtest.h>

namespace lockstep::gate {
namespace {

std::vector<double> signs(int above, int on, int below) {
  std::vector<double> values(static_cast<std::size_t>(above), 0.03);
  values.insert(values.end(), static_cast<std::size_t>(on), 0.02);
  values.insert(values.end(), static_cast<std::size_t>(below), 0.01);
  return values;
}

TEST(SignTest, IsABinomialTail) {
  EXPECT_NEAR(sign_p_above(signs(16, 0, 12), 0.02), 0.28579409420490265,
              1e-12);  // scipy's binom.sf(15, 28, .5)
  EXPECT_NEAR(sign_p_above(signs(17, 0, 11), 0.02), 0.17246422544121742, 1e-12);
  EXPECT_DOUBLE_EQ(sign_p_above(signs(9, 0, 1), 0.02), 11.0 / 1024);
  EXPECT_DOUBLE_EQ(sign_p_above(signs(3, 0, 0), 0.02), 1.0 / 8);
  EXPECT_DOUBLE_EQ(sign_p_above(signs(0, 0, 3), 0.02), 1);
}

TEST(SignTest, LeavesOutWhatIsOnTheCenter) {
  EXPECT_DOUBLE_EQ(sign_p_above(signs(9, 7, 1), 0.02), 11.0 / 1024);
  EXPECT_EQ(sign_p_above(signs(0, 7, 0), 0.02), 1);
}

}  // namespace
}  // namespace lockstep::gate
