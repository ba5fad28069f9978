#include "cases/targets.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "cases/seeds.h"

namespace lockstep {
namespace {

TEST(Targets, AreClassesForCrossentropies) {
  const auto one_hot = random_target(Loss::categorical_crossentropy, {5, 7, 8}, 1);
  const auto classes = random_target(Loss::sparse_categorical_crossentropy, {5, 7, 8}, 1);
  ASSERT_EQ(one_hot.size(), 5U * 7 * 8);
  ASSERT_EQ(classes.size(), 5U * 7);
  std::set<float> seen;
  for (std::size_t row = 0; row < classes.size(); ++row) {
    seen.insert(classes[row]);
    for (std::size_t j = 0; j < 8; ++j)
      EXPECT_EQ(one_hot[row * 8 + j], static_cast<float>(j) == classes[row] ? 1.0F : 0.0F);
  }
  EXPECT_EQ(seen.size(), 8U);
}

TEST(Targets, HaveEveryClassAboutAsOften) {
  std::vector<int> counts(8);
  for (const float label : random_target(Loss::sparse_categorical_crossentropy, {50, 20, 8}, 1))
    ++counts.at(static_cast<std::size_t>(label));
  for (const int count : counts) EXPECT_NEAR(count, 125, 53);  // five deviations
}

TEST(Targets, AreNumbersForTheOthers) {
  const auto [least, most] = [](const std::vector<float>& values) {
    const auto ends = std::minmax_element(values.begin(), values.end());
    return std::pair(*ends.first, *ends.second);
  }(random_target(Loss::mean_squared_error, {50, 7, 2}, 1));
  EXPECT_LT(least, -0.9F);
  EXPECT_GE(least, -1.0F);
  EXPECT_GT(most, 0.9F);
  for (const float value : random_target(Loss::binary_crossentropy, {5, 7, 2}, 1)) {
    EXPECT_GE(value, 0.0F);
    EXPECT_LE(value, 1.0F);
  }
}

TEST(Targets, OfFewerSamplesAreTheFirstOfMore) {
  const auto few = random_target(Loss::mean_squared_error, {2, 3, 4}, 1);
  const auto more = random_target(Loss::mean_squared_error, {5, 3, 4}, 1);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), more.begin()));
  EXPECT_NE(few, random_target(Loss::mean_squared_error, {2, 3, 4}, 2));
}

TEST(Targets, GoWithTheUsualLossOfTheModel) {
  EXPECT_EQ(usual_loss(find_seed("seed:gru16-td").model), Loss::categorical_crossentropy);
  EXPECT_EQ(usual_loss(find_seed("seed:lstm5-dense2").model), Loss::mean_squared_error);
}

}  // namespace
}  // namespace lockstep
