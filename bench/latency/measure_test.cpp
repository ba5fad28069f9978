#include "bench/latency/measure.h"

#include <memory>
#include <stdexcept>

#include <gmock/gmock.h>

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MeasureLatency : public ::testing::Test {
 protected:
  Row row(const std::string& name, std::function<void()> call, const std::string& verdict = "pass") const {
    Row one;
    one.name = name;
    one.steps_per_call = 1;
    one.make_ready = [call = std::move(call), verdict] {
      ReadyRow ready;
      ready.verdict = verdict;
      ready.reason = verdict == "pass" ? "" : "because";
      ready.first_call_seconds = 0.25;
      ready.prepare_seconds = 0.5;
      if (verdict == "pass") ready.call = call;
      return ready;
    };
    return one;
  }
  LatencyOptions options{20, 0.5, {}};
};

TEST_F(MeasureLatency, TimesAsManyCallsAsAskedForInFiveRounds) {
  const auto rows = measure_latency({{row("one", [] {})}}, options);
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_TRUE(rows[0].latency);
  const Latency& found = *rows[0].latency;
  EXPECT_EQ(found.calls, 20);
  EXPECT_EQ(rows[0].iterations, 4);
  EXPECT_EQ(rows[0].seconds.size(), 5U);
  EXPECT_LE(found.p50, found.p99);
  EXPECT_LE(found.p99, found.p99_9);
  EXPECT_LE(found.p99_9, found.highest);
  EXPECT_GE(found.highest, rows[0].highest());
  EXPECT_EQ(found.first_call, 0.25);
  EXPECT_EQ(found.prepare, 0.5);
  EXPECT_GT(found.clock, 0);
  options.calls = 21;  // no whole number in each round
  EXPECT_EQ(measure_latency({{row("one", [] {})}}, options)[0].latency->calls, 25);
}

TEST_F(MeasureLatency, TimesFewCallsOfWhatIsSlowAndNoMoreThanEnoughOfWhatIsFast) {
  options = {0, 0, {}};
  EXPECT_EQ(measure_latency({{row("slow", [] {})}}, options)[0].latency->calls, 100);
  options.seconds = 1e6;
  EXPECT_EQ(measure_latency({{row("fast", [] {})}}, options)[0].latency->calls, 100'000);
}

TEST_F(MeasureLatency, CountsTheAllocationsOfTheTimedCalls) {
  auto kept = std::make_shared<std::vector<std::unique_ptr<int>>>();
  const auto rows = measure_latency({{row("none", [] {}), row("two",
                                                              [kept] {
                                                                kept->clear();
                                                                kept->shrink_to_fit();
                                                                kept->push_back(std::make_unique<int>(1));
                                                              })}},
                                    options);
  EXPECT_EQ(rows[0].allocations, 0);
  EXPECT_EQ(rows[1].allocations, 2);
}

TEST_F(MeasureLatency, TellsOneAllocationInManyCalls) {
  auto calls = std::make_shared<int>(0);
  auto kept = std::make_shared<std::unique_ptr<int>>();
  const auto rows = measure_latency({{row("now and then",
                                          [calls, kept] {
                                            if (++*calls % 3 == 0) *kept = std::make_unique<int>(1);
                                          })}},
                                    options);
  EXPECT_EQ(rows[0].allocations, 1);
}

TEST_F(MeasureLatency, TimesNothingThatWasNotVerified) {
  const auto rows =
      measure_latency({{row("skipped", {}, "skip"), row("one", [] {})}, {row("wrong", {}, "fail")}}, options);
  ASSERT_EQ(rows.size(), 3U);
  for (const std::size_t i : {0U, 2U}) {
    EXPECT_FALSE(rows[i].timed());
    EXPECT_FALSE(rows[i].latency);
    EXPECT_EQ(rows[i].reason, "because");
  }
  EXPECT_TRUE(rows[1].latency);
}

TEST_F(MeasureLatency, FailsWhatThrowsAndGoesOn) {
  auto calls = std::make_shared<int>(0);
  const auto rows = measure_latency({{row("at once", [] { throw std::runtime_error("broke"); }),
                                      row("later",
                                          [calls] {
                                            if (++*calls > 5) throw std::runtime_error("broke later");
                                          }),
                                      row("good", [] {})}},
                                    options);
  for (const std::size_t i : {0U, 1U}) {
    EXPECT_EQ(rows[i].verdict, "fail");
    EXPECT_THAT(rows[i].reason, HasSubstr("threw while it was timed: broke"));
    EXPECT_FALSE(rows[i].timed());
    EXPECT_FALSE(rows[i].latency);
  }
  EXPECT_EQ(rows[2].latency->calls, 20);
}

TEST_F(MeasureLatency, ShowsItsProgressBetweenGroups) {
  std::vector<std::string> shown;
  options.progress = [&](std::size_t done, std::size_t all, const std::string& name) {
    shown.push_back(std::to_string(done) + "/" + std::to_string(all) + " " + name);
  };
  measure_latency({{row("a", [] {}), row("b", [] {})}, {row("c", [] {})}}, options);
  EXPECT_THAT(shown, ElementsAre("0/3 a", "2/3 c", "3/3 "));
}

}  // namespace
}  // namespace lockstep
