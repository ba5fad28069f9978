#include "bench/recommend.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "bench/results_for_test.h"
#include "reports/json.h"

namespace lockstep {
namespace {

/// Rows of one layer, by microseconds a call; each repetition is off by so many percent either way.
class Recommendation : public ::testing::Test {
 protected:
  void time(const std::string& backend, std::int64_t time_steps, double microseconds, double spread = 1,
            int threads = 1, std::int64_t batch = 1) {
    const double seconds = microseconds * 1e-6, off = seconds * spread / 100;
    results.measurements.push_back(
        row_for_test(fmt::format("lstm/B:{}/T:{}/F:8/U:8/seq:1/threads:{}", batch, time_steps, threads),
                     backend, {seconds - off, seconds, seconds + off}));
    results.measurements.back().labels.threads = threads;
  }
  std::string said() const {
    const auto choices = choices_of(results);
    return choices.size() == 1 ? recommendation(choices[0]) : fmt::format("{} choices", choices.size());
  }
  Results results;
};

TEST_F(Recommendation, IsOneSetupWhereThatIsAheadAtEveryLength) {
  for (const std::int64_t steps : {1, 8, 64}) {
    time("eigen", steps, 20.0 * static_cast<double>(steps));
    time("onednn", steps, 10.0 * static_cast<double>(steps));
  }
  EXPECT_EQ(said(), "onednn with 1 thread is fastest from T = 1 to 64: 2x eigen at T = 64.");
}

TEST_F(Recommendation, NamesWhereTheFastestChanges) {
  time("eigen", 1, 10), time("onednn", 1, 30), time("openblas", 1, 15);
  time("eigen", 4, 40), time("onednn", 4, 50), time("openblas", 4, 80);
  time("eigen", 8, 80), time("onednn", 8, 60), time("openblas", 8, 100);
  time("eigen", 64, 640), time("onednn", 64, 300), time("openblas", 64, 510);
  EXPECT_EQ(said(),
            "onednn with 1 thread is fastest from T = 8 on: 1.7x openblas at T = 64; below that, "
            "eigen with 1 thread: 1.25x onednn at T = 4.");
}

TEST_F(Recommendation, NamesEveryStretchBetween) {
  time("eigen", 1, 1), time("fused", 1, 2), time("onednn", 1, 3);
  time("eigen", 8, 3), time("fused", 8, 2), time("onednn", 8, 4);
  time("eigen", 64, 3), time("fused", 64, 2), time("onednn", 64, 1);
  EXPECT_EQ(said(),
            "onednn with 1 thread is fastest from T = 64 on: 2x fused; at T = 8, fused with 1 thread: "
            "1.5x eigen; below that, eigen with 1 thread: 2x fused.");
}

TEST_F(Recommendation, IsLevelWhereTheSpreadDoesNotTellThemApart) {
  time("eigen", 64, 100, 5);
  time("onednn", 64, 104, 5);
  time("openblas", 64, 150, 5);
  EXPECT_EQ(said(), "eigen with 1 thread is fastest at T = 64, level with onednn.");
}

TEST_F(Recommendation, NamesAllThatAreLevel) {
  time("eigen", 64, 100, 9);
  time("fused", 64, 101, 9), time("onednn", 64, 102, 9), time("openblas", 64, 103, 9);
  EXPECT_EQ(said(), "eigen with 1 thread is fastest at T = 64, level with fused, onednn and openblas.");
}

TEST_F(Recommendation, TakesOneSlowRepetitionForADisturbance) {
  time("eigen", 64, 100);
  results.measurements.back().seconds.back() *= 10;
  time("onednn", 64, 150);
  EXPECT_EQ(said(), "eigen with 1 thread is fastest at T = 64: 1.5x onednn.");
}

TEST_F(Recommendation, TakesOneFastRepetitionForLuck) {
  const auto of = [&](const char* backend, int threads, std::vector<double> seconds) {
    time(backend, 64, 100, 1, threads);
    results.measurements.back().seconds = std::move(seconds);
  };
  of("fused", 2, {100, 101, 102, 103, 104});
  of("fused", 1, {101, 130, 140, 150, 160});
  of("eigen", 1, {120, 121, 121, 121, 122});
  EXPECT_EQ(said(), "fused with 2 threads is fastest at T = 64: 1.19x eigen with 1 thread.");
}

TEST_F(Recommendation, ChangesNothingForADifferenceWithinTheSpread) {
  time("eigen", 1, 10, 5), time("onednn", 1, 20, 5);
  time("eigen", 8, 50, 5), time("onednn", 8, 80, 5);
  time("eigen", 64, 404, 5), time("onednn", 64, 400, 5);
  EXPECT_EQ(said(), "eigen with 1 thread is fastest from T = 1 to 64, level with onednn at T = 64.");
}

TEST_F(Recommendation, TakesFewerThreadsWhereMoreBringNothing) {
  time("eigen", 64, 100, 5, 2);
  time("eigen", 64, 101, 5, 1);
  time("onednn", 64, 200, 5, 1);
  EXPECT_EQ(said(), "eigen with 1 thread is fastest at T = 64: 1.98x onednn.");
}

TEST_F(Recommendation, SaysWithHowManyThreads) {
  time("eigen", 64, 100, 1, 1);
  time("eigen", 64, 60, 1, 2);
  time("onednn", 64, 90, 1, 1);
  EXPECT_EQ(said(), "eigen with 2 threads is fastest at T = 64: 1.5x onednn with 1 thread.");
}

TEST_F(Recommendation, OfOneBackendIsItsThreads) {
  time("eigen", 1, 1, 1, 1), time("eigen", 1, 4, 1, 2);
  time("eigen", 64, 64, 1, 1), time("eigen", 64, 40, 1, 2);
  EXPECT_EQ(
      said(),
      "eigen with 2 threads is fastest from T = 64 on: 1.6x eigen with 1 thread; below that, eigen with 1 "
      "thread: 4x eigen with 2 threads.");
}

TEST_F(Recommendation, OfOneRowSaysThatThereIsNoOther) {
  time("eigen", 8, 1);
  EXPECT_EQ(said(), "eigen with 1 thread is all that was timed at T = 8.");
}

TEST_F(Recommendation, TakesABackendOnlyWhereItWasTimed) {
  time("eigen", 1, 10);
  time("eigen", 64, 640), time("onednn", 64, 300);
  results.measurements.push_back(row_for_test("lstm/B:1/T:1/F:8/U:8/seq:1", "onednn", {}, "skip"));
  EXPECT_EQ(said(),
            "onednn with 1 thread is fastest from T = 64 on: 2.13x eigen; below that, eigen with 1 thread.");
}

TEST_F(Recommendation, IsSaidOfEachBatch) {
  time("eigen", 8, 1, 1, 1, 1), time("onednn", 8, 2, 1, 1, 1);
  time("eigen", 8, 9, 1, 1, 32), time("onednn", 8, 3, 1, 1, 32);
  const auto choices = choices_of(results);
  ASSERT_EQ(choices.size(), 2U);
  EXPECT_EQ(choices[0].title, "lstm, B 1, F 8, U 8");
  EXPECT_EQ(recommendation(choices[1]), "onednn with 1 thread is fastest at T = 8: 3x eigen.");
}

TEST_F(Recommendation, NeedsRowsWithATime) {
  results.measurements.push_back(row_for_test("lstm/B:1/T:1/F:8/U:8/seq:1", "onednn", {}, "fail"));
  time("eigen", 8, 1);
  results.measurements.back().labels.what = "prepare";
  EXPECT_TRUE(choices_of(results).empty());
}

TEST_F(Recommendation, HasATableOfItsStretches) {
  time("eigen", 1, 10), time("onednn", 1, 30);
  time("eigen", 8, 80), time("onednn", 8, 82, 5);
  time("eigen", 64, 640), time("onednn", 64, 320);
  const auto rows = reports::json(choices_table(choices_of(results)));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("from"), 8);
  EXPECT_EQ(rows[0].at("to"), 64);
  EXPECT_EQ(rows[0].at("fastest"), "onednn with 1 thread");
  EXPECT_EQ(rows[0].at("ratio"), 2);
  EXPECT_EQ(rows[0].at("next"), "eigen with 1 thread");
  EXPECT_TRUE(rows[0].at("level").is_null());
  EXPECT_EQ(rows[1].at("to"), 1);
}

}  // namespace
}  // namespace lockstep
