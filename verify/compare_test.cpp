#include "verify/compare.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>

namespace lockstep {
namespace {

using ::testing::ElementsAre;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

/// [2, 3, 4] whole numbers, expected and computed, in different layouts.
class Compare : public ::testing::Test {
 protected:
  static constexpr std::array<std::int64_t, 3> dims{2, 3, 4};
  Compare() {
    for (std::int64_t b = 0; b < 2; ++b)
      for (std::int64_t t = 0; t < 3; ++t)
        for (std::int64_t j = 0; j < 4; ++j) {
          expected(b, t, j) = static_cast<double>(100 * b + 10 * t - 7 * j);
          actual(b, t, j) = static_cast<float>(expected(b, t, j));
        }
  }
  Comparison found() const { return compare(expected, actual, everywhere(0.5)); }
  SequenceView<const double> everywhere(const double& allowed) const { return {&allowed, dims, {0, 0, 0}}; }

  std::vector<double> expected_values = std::vector<double>(24);
  std::vector<float> actual_values = std::vector<float>(24);
  SequenceView<double> expected = sequence_view(expected_values.data(), dims, Layout::batch_major);
  SequenceView<float> actual = sequence_view(actual_values.data(), dims, Layout::time_major);
};

TEST_F(Compare, FindsNoErrorInEqualNumbers) {
  EXPECT_EQ(found().compared, 24);
  EXPECT_EQ(found().not_finite, 0);
  EXPECT_EQ(found().worst.error, 0);
  EXPECT_TRUE(found().holds());
}

TEST_F(Compare, FindsThePlaceOfTheLargestError) {
  actual(0, 1, 2) += 1;
  actual(1, 2, 3) -= 5;
  actual(1, 0, 0) += 2;
  const Comparison three = found();
  EXPECT_EQ(three.over, 3);
  EXPECT_FALSE(three.holds());
  EXPECT_EQ(three.worst.error, 5);
  EXPECT_EQ(three.worst.share(), 10);
  EXPECT_THAT(three.worst.place, ElementsAre(1, 2, 3));
  EXPECT_EQ(three.worst.expected, 99);
  EXPECT_EQ(three.worst.actual, 94);
  EXPECT_THAT(three.first.place, ElementsAre(1, 0, 0));  // the first in time
}

TEST_F(Compare, MeasuresEachElementByWhatIsAllowedThere) {
  std::vector<double> by_step{10, 0.125, 100};
  const SequenceView<const double> allowed{by_step.data(), dims, {0, 1, 0}};
  actual(0, 0, 1) += 8;
  actual(1, 1, 3) += 0.25F;
  actual(1, 2, 0) -= 50;
  const Comparison one = compare(expected, actual, allowed);
  EXPECT_EQ(one.over, 1);
  EXPECT_EQ(one.worst.share(), 2);
  EXPECT_EQ(one.worst.error, 0.25);
  EXPECT_THAT(one.worst.place, ElementsAre(1, 1, 3));
  EXPECT_THAT(one.first.place, ElementsAre(1, 1, 3));
  by_step[1] = 0.25;  // just as large
  EXPECT_TRUE(compare(expected, actual, allowed).holds());
}

TEST_F(Compare, AllowsNoErrorWhereNoneIsExcused) {
  const double none = 0;
  EXPECT_TRUE(compare(expected, actual, everywhere(none)).holds());
  EXPECT_EQ(compare(expected, actual, everywhere(none)).worst.share(), 0);
  actual(1, 1, 1) = std::nextafter(actual(1, 1, 1), 0.0F);
  EXPECT_EQ(compare(expected, actual, everywhere(none)).over, 1);
  EXPECT_EQ(compare(expected, actual, everywhere(none)).worst.share(), infinity);
}

TEST_F(Compare, SeesEveryElement) {
  for (std::int64_t b = 0; b < 2; ++b)
    for (std::int64_t t = 0; t < 3; ++t)
      for (std::int64_t j = 0; j < 4; ++j) {
        actual(b, t, j) += 1;
        EXPECT_THAT(found().worst.place, ElementsAre(b, t, j));
        EXPECT_THAT(found().first.place, ElementsAre(b, t, j));
        EXPECT_EQ(found().worst.error, 1);
        actual(b, t, j) -= 1;
      }
}

TEST_F(Compare, CountsWhatIsNotFinite) {
  actual(0, 2, 1) = not_a_number;
  actual(1, 1, 1) = static_cast<float>(infinity);
  actual(1, 2, 3) += 1000;
  EXPECT_EQ(found().not_finite, 2);
  EXPECT_EQ(found().over, 3);
  EXPECT_EQ(found().worst.error, infinity);
  EXPECT_THAT(found().worst.place, ElementsAre(0, 2, 1));
  EXPECT_THAT(found().first.place, ElementsAre(1, 1, 1));
}

TEST_F(Compare, NoResultAgreesWithAnExpectationThatIsNotFinite) {
  for (const double wanted : {static_cast<double>(not_a_number), infinity, -infinity}) {
    expected(1, 1, 2) = wanted;
    EXPECT_EQ(found().not_finite, 1) << wanted;
    EXPECT_EQ(found().over, 1) << wanted;
    EXPECT_THAT(found().worst.place, ElementsAre(1, 1, 2)) << wanted;
  }
}

TEST_F(Compare, NothingIsExcusedByWhatIsNotFinite) {
  actual(1, 1, 1) = not_a_number;
  EXPECT_EQ(compare(expected, actual, everywhere(infinity)).over, 1);
  EXPECT_EQ(compare(expected, actual, everywhere(infinity)).worst.share(), infinity);
  EXPECT_EQ(compare(expected, actual, everywhere(static_cast<double>(not_a_number))).over, 24);
}

TEST_F(Compare, TakesAStateAsOneStep) {
  const StateView<double> wanted = state_view(expected_values.data(), 2, 12);
  std::vector<float> values(expected_values.begin(), expected_values.end());
  values[17] += 3;
  const StateView<float> got = state_view(values.data(), 2, 12);
  const double allowed = 1;
  const StateView<const double> excused{&allowed, {2, 12}, {0, 0}};
  const Comparison state = compare(as_sequence(wanted), as_sequence(got), as_sequence(excused));
  EXPECT_EQ(state.compared, 24);
  EXPECT_EQ(state.worst.share(), 3);
  EXPECT_THAT(state.worst.place, ElementsAre(1, 0, 5));
}

BitDifference bits_of(float a, float b) {
  return compare_bits({&a, {1, 1, 1}, {1, 1, 1}}, {&b, {1, 1, 1}, {1, 1, 1}});
}

TEST(CompareBits, MeasuresOnTheNumberLine) {
  const float tiny = std::numeric_limits<float>::denorm_min();
  EXPECT_TRUE(bits_of(1.5F, 1.5F).bitwise_equal());
  EXPECT_EQ(bits_of(1, std::nextafter(1.0F, 2.0F)).largest_ulp, 1);
  EXPECT_EQ(bits_of(std::nextafter(1.0F, 0.0F), std::nextafter(1.0F, 2.0F)).largest_ulp, 2);
  EXPECT_EQ(bits_of(-1, std::nextafter(-1.0F, 0.0F)).largest_ulp, 1);
  EXPECT_EQ(bits_of(tiny, -tiny).largest_ulp, 2);
  EXPECT_EQ(bits_of(0, tiny).largest_ulp, 1);
  EXPECT_EQ(bits_of(-0.0F, tiny).largest_ulp, 1);
  EXPECT_EQ(bits_of(0, 1).largest_ulp, bits_of(-1, 0).largest_ulp);
  EXPECT_EQ(bits_of(-1, 1).largest_ulp, 2 * bits_of(0, 1).largest_ulp);
}

TEST(CompareBits, TellsTheZerosApartButNotFar) {
  EXPECT_EQ(bits_of(0.0F, -0.0F).different, 1);
  EXPECT_EQ(bits_of(0.0F, -0.0F).largest_ulp, 0);
}

TEST(CompareBits, ANumberIsNotNaN) {
  EXPECT_TRUE(bits_of(not_a_number, not_a_number).bitwise_equal());
  EXPECT_FALSE(bits_of(1, not_a_number).bitwise_equal());
  EXPECT_GT(bits_of(1, not_a_number).largest_ulp, bits_of(1, 2).largest_ulp);
}

TEST(CompareBits, CountsOverLayouts) {
  std::vector<float> a(12), b(12);
  const auto by_batch = sequence_view(a.data(), {2, 3, 2}, Layout::batch_major);
  const auto by_time = sequence_view(b.data(), {2, 3, 2}, Layout::time_major);
  for (int i = 0; i < 12; ++i)
    by_batch(i / 6, i / 2 % 3, i % 2) = by_time(i / 6, i / 2 % 3, i % 2) = i + 1.0F;
  EXPECT_TRUE(compare_bits(by_batch, by_time).bitwise_equal());
  by_time(1, 2, 0) = std::nextafter(by_time(1, 2, 0), 0.0F);
  by_time(0, 1, 1) = -by_time(0, 1, 1);
  const BitDifference found = compare_bits(by_batch, by_time);
  EXPECT_EQ(found.compared, 12);
  EXPECT_EQ(found.different, 2);
}

}  // namespace
}  // namespace lockstep
