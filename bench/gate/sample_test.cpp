#include "bench/gate/sample.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>

namespace lockstep::gate {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

Sample sample_of(std::vector<double> base, std::vector<double> head) {
  Sample sample;
  sample.benchmark = "lstm/backend:eigen";
  sample.base = std::move(base);
  sample.head = std::move(head);
  return sample;
}

auto refuses(const std::string& what) {
  return ThrowsMessage<std::invalid_argument>(
      AllOf(StartsWith("lstm/backend:eigen: "), HasSubstr(what), HasSubstr("accepted")));
}

TEST(LogRatio, IsTheMiddleOneOfTheRounds) {
  EXPECT_NEAR(log_ratio(sample_of({1e-3, 1e-3, 1e-3}, {1.05e-3, 9e-3, 1.01e-3}), 3), std::log(1.05), 1e-14);
  EXPECT_NEAR(log_ratio(sample_of({2, 2, 2, 2}, {2, 4, 8, 1}), 4), std::log(2) / 2, 1e-15);
  EXPECT_LT(log_ratio(sample_of({2}, {1}), 1), 0);  // a faster head is below zero
}

TEST(LogRatio, PairsTheRoundsAsTheyWereTaken) {  // the machine halves its speed: no round sees it
  EXPECT_NEAR(log_ratio(sample_of({1, 2, 4, 8}, {1.1, 2.2, 4.4, 8.8}), 4), std::log(1.1), 1e-15);
}

TEST(LogRatio, IsFiniteForEveryTimeThatIsAccepted) {
  EXPECT_TRUE(std::isfinite(log_ratio(sample_of({1e-308}, {1e308}), 1)));
}

TEST(LogRatio, RefusesTimesThatAreNone) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), 0.0, -1e-3}) {
    EXPECT_THAT([&] { log_ratio(sample_of({1, bad, 1}, {1, 1, 1}), 3); }, refuses("of the base in round 2"));
    EXPECT_THAT([&] { log_ratio(sample_of({1, 1, 1}, {1, 1, bad}), 3); }, refuses("of the head in round 3"));
  }
}

TEST(LogRatio, RefusesRoundsThatAreMissing) {
  EXPECT_THAT(
      [] {
        log_ratio(sample_of({1, 1, 1}, {1, 1}), 2);
      },
      refuses("3 rounds of the base, 2 of the head"));
  EXPECT_THAT([] { log_ratio(sample_of({1, 1, 1}, {1, 1, 1}), 4); }, refuses("at least 4"));
  EXPECT_THAT([] { log_ratio(sample_of({}, {}), 4); }, refuses("at least 4"));
  EXPECT_THAT([] { log_ratio(sample_of({}, {}), 0); }, refuses("at least 1"));
}

}  // namespace
}  // namespace lockstep::gate
