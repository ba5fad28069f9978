#include "bench/gate/plan.h"

#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>

namespace lockstep::gate {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Plan, IsGoodAsItIs) {
  for (const std::size_t benchmarks : {1u, 40u, 500u, 1000000u})
    EXPECT_NO_THROW(validate({}, benchmarks)) << benchmarks;
}

TEST(Plan, NamesTheFieldThatIsBad) {
  const auto refused = [](const std::string& field, const Plan& plan) {
    EXPECT_THAT([&] { validate(plan, 40); },
                ThrowsMessage<std::invalid_argument>(AllOf(StartsWith(field + ": "), HasSubstr("accepted"))))
        << field;
  };
  for (const int bad : {-1, 0, 3, 501}) {
    refused("screen", {.screen = bad});
    refused("confirm", {.confirm = bad});
  }
  for (const double bad : {-0.01, 0.021, nan, infinity}) refused("screen_above", {.screen_above = bad});
  for (const double bad : {-0.01, 1.01, nan, infinity}) refused("margin", {.margin = bad, .detect = 2});
  for (const double bad : {-0.01, 0.0, 0.26, 1.0, nan}) refused("level", {.level = bad});
  for (const double bad : {-0.01, 0.02, 10.1, nan, infinity}) refused("detect", {.detect = bad});
  for (const double bad : {-0.01, 1.01, nan}) refused("control_share", {.control_share = bad});
  for (const int bad : {-4, 0, 3, 6, 15, 100004}) refused("rounds", {.rounds = bad});
  for (const double bad : {-1e-3, 0.0, 11.0, nan, infinity}) refused("batch_seconds", {.batch_seconds = bad});
  for (const int bad : {-1, 65}) refused("layouts_needed", {.layouts_needed = bad});
  EXPECT_THAT([] { validate({}, 0); }, ThrowsMessage<std::invalid_argument>(StartsWith("benchmarks: 0")));
}

TEST(Plan, AcceptsItsEdges) {
  EXPECT_NO_THROW(validate({.screen = 4, .confirm = 500, .screen_above = 0.02}, 40));
  EXPECT_NO_THROW(validate({.screen_above = 0, .margin = 0, .detect = 0.01}, 40));
  EXPECT_NO_THROW(validate({.control_share = 0, .rounds = 4, .layouts_needed = 0}, 40));
}

TEST(Plan, MustBeAbleToFail) {
  EXPECT_NO_THROW(validate({.confirm = 7}, 1));  // 2^-7 = 0.0078
  EXPECT_THROW(validate({.confirm = 6}, 1), std::invalid_argument);
  EXPECT_THROW(validate({.confirm = 7}, 2), std::invalid_argument);
  EXPECT_NO_THROW(validate({.confirm = 12}, 40));  // 0.000244 <= 0.01 / 40
  EXPECT_THAT([] { validate({.confirm = 11}, 40); },
              ThrowsMessage<std::invalid_argument>(AllOf(StartsWith("confirm: 11 processes"),
                                                         HasSubstr("accepted are 12 processes"),
                                                         HasSubstr("level from 0.02"))));
}

TEST(Plan, AcceptsTheLevelThatItNames) {
  EXPECT_NO_THROW(validate({.confirm = 11, .level = 0.02}, 40));
}

}  // namespace
}  // namespace lockstep::gate
