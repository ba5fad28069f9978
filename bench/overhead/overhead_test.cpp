#include "bench/overhead/overhead.h"

#include <gmock/gmock.h>

#include "bench/results_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OverheadOfRows : public ::testing::Test {
 protected:
  void add(const std::string& problem, std::vector<double> adapter, std::vector<double> raw) {
    results.measurements.push_back(row_for_test(problem, "eigen", std::move(adapter)));
    results.measurements.push_back(row_for_test(problem, "eigen-raw", std::move(raw)));
  }
  /// a + b T in each repetition.
  void add_line(const std::string& problem, const std::vector<double>& a, double b, double raw_a,
                double raw_b) {
    for (const int steps : {4, 1, 16}) {
      std::vector<double> adapter, raw;
      for (const double one : a) {
        adapter.push_back(one + b * steps);
        raw.push_back(raw_a + raw_b * steps);
      }
      add("lstm/B:2/T:" + std::to_string(steps) + problem, adapter, raw);
    }
  }
  std::vector<std::string> of_each_curve(std::string (CallCost::*answer)() const) const {
    std::vector<std::string> answers;
    for (const OverheadCurve& curve : overhead_curves(overheads_of(results)))
      answers.push_back(((*curve.cost).*answer)());
    return answers;
  }
  const std::string shape = "lstm/B:2/T:8/F:64/U:64/seq:1";
  Results results;
};

TEST_F(OverheadOfRows, IsTheMedianOfTheRepetitionsRatios) {
  add(shape, {1.0, 2.2, 3.0, 4.8, 9.0}, {1.0, 2.0, 2.0, 4.0, 5.0});  // 1, 1.1, 1.5, 1.2, 1.8
  const auto all = overheads_of(results);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_DOUBLE_EQ(all[0].ratio().median, 1.2);  // of medians it were 1.5
  EXPECT_DOUBLE_EQ(all[0].ratio().lower_quartile, 1.1);
  EXPECT_DOUBLE_EQ(all[0].ratio().upper_quartile, 1.5);
}

TEST_F(OverheadOfRows, IsAtMostFivePercentLongerOrLongerOrOpen) {
  add(shape, {0.5, 1.04, 1.05, 1.3}, {1, 1, 1, 1});
  add("gru/B:2/T:8/F:64/U:64/seq:1", {1.051, 1.06, 1.07, 1.08}, {1, 1, 1, 1});
  add("gru/B:2/T:9/F:64/U:64/seq:1", {1.05, 1.05, 1.051, 1.051}, {1, 1, 1, 1});
  std::vector<std::string> fast;
  for (const Overhead& one : overheads_of(results)) fast.push_back(one.as_fast());
  EXPECT_THAT(fast, ElementsAre("yes", "no", "open"));
}

TEST_F(OverheadOfRows, WantsBothTimed) {
  results.measurements.push_back(row_for_test(shape, "onednn", {1}));
  results.measurements.push_back(row_for_test(shape, "onednn-raw", {}, "skip"));
  results.measurements.push_back(row_for_test(shape, "openblas", {}, "fail"));
  results.measurements.push_back(row_for_test(shape, "openblas-raw", {1}));
  results.measurements.push_back(row_for_test(shape, "eigen", {1}));
  results.measurements.push_back(row_for_test("gru/B:2/T:8/F:64/U:64/seq:1", "eigen-raw", {1}));
  EXPECT_THAT(overheads_of(results), IsEmpty());
}

TEST_F(OverheadOfRows, IsOfRunsAlone) {
  add(shape, {1}, {1});
  for (Measurement& row : results.measurements) row.labels.what = "prepare";
  EXPECT_THAT(overheads_of(results), IsEmpty());
}

TEST_F(OverheadOfRows, LeavesTheRawCallsOutOfACompetition) {
  add(shape, {2}, {1});
  results.measurements.push_back(row_for_test(shape, "onednn", {}, "fail"));
  results.measurements.push_back(row_for_test(shape, "onednn-raw", {1}));
  std::vector<std::string> rivals;
  for (const Measurement& row : without_raw_calls(results).measurements) rivals.push_back(row.labels.backend);
  EXPECT_THAT(rivals, ElementsAre("eigen", "onednn"));
}

TEST_F(OverheadOfRows, SplitsACallIntoItselfAndItsSteps) {
  add_line("/F:64/U:64/seq:1", {1e-6, 2e-6, 9e-6}, 1e-7, 0.5e-6, 2e-7);
  const auto curves = overhead_curves(overheads_of(results));
  ASSERT_EQ(curves.size(), 1U);
  std::vector<std::int64_t> lengths;
  for (const Overhead& one : curves[0].points) lengths.push_back(one.adapter->labels.time_steps);
  EXPECT_THAT(lengths, ElementsAre(1, 4, 16));
  ASSERT_TRUE(curves[0].cost);
  EXPECT_NEAR(curves[0].cost->a.median, 2e-6, 1e-12);
  EXPECT_NEAR(curves[0].cost->a.upper_quartile, 9e-6, 1e-12);
  EXPECT_NEAR(curves[0].cost->b.median, 1e-7, 1e-13);
  EXPECT_NEAR(curves[0].cost->raw_a.median, 0.5e-6, 1e-12);
  EXPECT_NEAR(curves[0].cost->raw_b.median, 2e-7, 1e-13);
  EXPECT_NEAR(curves[0].cost->added_a.lower_quartile, 0.5e-6, 1e-12);
  EXPECT_NEAR(curves[0].cost->added_a.median, 1.5e-6, 1e-12);
  EXPECT_NEAR(curves[0].cost->added_a.upper_quartile, 8.5e-6, 1e-12);
}

TEST_F(OverheadOfRows, FitsNothingToTwoLengths) {
  add_line("/F:64/U:64/seq:1", {1e-6}, 1e-7, 1e-6, 1e-7);
  results.measurements.resize(4);
  const auto curves = overhead_curves(overheads_of(results));
  ASSERT_EQ(curves.size(), 1U);
  EXPECT_FALSE(curves[0].cost);
}

TEST_F(OverheadOfRows, SaysWhetherACallIsCheap) {
  add_line("/F:8/U:8/seq:1", {1e-6, 2e-6, 2.9e-6}, 1e-7, 1e-6, 1e-7);
  add_line("/F:9/U:9/seq:1", {3.1e-6, 4e-6, 5e-6}, 1e-7, 1e-6, 1e-7);
  add_line("/F:7/U:7/seq:1", {2e-6, 2.5e-6, 5e-6}, 1e-7, 1e-6, 1e-7);
  EXPECT_THAT(of_each_curve(&CallCost::cheap), ElementsAre("yes", "no", "open"));
}

TEST_F(OverheadOfRows, SaysWhetherABackendAddsLittleToACall) {
  add_line("/F:8/U:8/seq:1", {8e-6, 8.5e-6, 9e-6}, 1e-7, 7e-6, 1e-7);
  add_line("/F:9/U:9/seq:1", {8e-6, 8.5e-6, 9e-6}, 1e-7, 4e-6, 1e-7);
  add_line("/F:7/U:7/seq:1", {8e-6, 8.5e-6, 9e-6}, 1e-7, 5.5e-6, 1e-7);
  EXPECT_THAT(of_each_curve(&CallCost::adds_little), ElementsAre("yes", "no", "open"));
}

}  // namespace
}  // namespace lockstep
