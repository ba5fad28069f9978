#include "bench/goals.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "bench/report.h"
#include "bench/results_for_test.h"
#include "reports/json.h"
#include "reports/markdown.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Goals : public ::testing::Test {
 protected:
  /// Of one row on one thread and on two.
  void add(const std::string& problem, const std::string& backend, double one_thread, double two_threads) {
    for (const int threads : {1, 2}) {
      Measurement row =
          row_for_test(fmt::format("{}/threads:{}", problem, threads), backend,
                       {threads == 1 ? one_thread : two_threads, threads == 1 ? one_thread : two_threads});
      row.labels.threads = threads;
      results.measurements.push_back(std::move(row));
    }
  }
  Results results;
  const std::string shape = "lstm/B:4/T:128/F:64/U:64/seq:1";  // wanted: 1.25
};

TEST_F(Goals, CompareTheBestOfEachSide) {
  add(shape, "fused", 4e-3, 2e-3);
  add(shape, "eigen", 5e-3, 6e-3);
  add(shape, "onednn", 3e-3, 9e-3);
  const auto goals = goals_of(results);
  ASSERT_EQ(goals.size(), 1U);
  EXPECT_EQ(goals[0].fused->labels.threads, 2);
  EXPECT_EQ(goals[0].library->labels.backend, "onednn");
  EXPECT_EQ(goals[0].library->labels.threads, 1);
  EXPECT_DOUBLE_EQ(goals[0].ratio(), 1.5);
  EXPECT_DOUBLE_EQ(goals[0].wanted, 1.25);
  EXPECT_TRUE(goals[0].met());
}

TEST_F(Goals, DoNotCompareWithLoops) {
  add(shape, "fused", 4e-3, 2e-3);
  add(shape, "naive", 1e-3, 1e-3);
  EXPECT_THAT(goals_of(results), IsEmpty());
  add(shape, "eigen", 4e-3, 4e-3);
  ASSERT_EQ(goals_of(results).size(), 1U);
  EXPECT_EQ(goals_of(results)[0].library->labels.backend, "eigen");
}

TEST_F(Goals, CountTheShapesAheadOfEachLibrary) {
  for (const std::string& one : {shape, std::string("gru/B:1/T:128/F:16/U:16/seq:1")}) {
    add(one, "fused", 2e-3, 3e-3);
    add(one, "eigen", 3e-3, 9e-3);
    add(one, "naive", 1e-3, 1e-3);
  }
  EXPECT_THAT(ahead_texts(results), ElementsAre("2 of 2 shapes ahead of eigen"));
  add(shape, "onnxruntime@1.32.0", 4e-3, 1e-3);  // with its other number of threads
  EXPECT_THAT(ahead_texts(results),
              ElementsAre("2 of 2 shapes ahead of eigen", "0 of 1 shapes ahead of onnxruntime@1.32.0"));
}

TEST_F(Goals, AreMissedByLessThanWanted) {
  add(shape, "fused", 1e-3, 1e-3);
  add(shape, "eigen", 1.24e-3, 1.24e-3);
  const auto goals = goals_of(results);
  ASSERT_EQ(goals.size(), 1U);
  EXPECT_FALSE(goals[0].met());
  EXPECT_EQ(goals_text(goals), "0 of 1 goals met");
}

TEST_F(Goals, AreMetAtTheRoof) {
  add(shape, "fused", 1e-3, 1e-3);
  add(shape, "eigen", 1.1e-3, 1.1e-3);
  for (Measurement& row : results.measurements) row.roof = RowRoof{0.98e-3, "compute", 1e11};
  EXPECT_TRUE(goals_of(results)[0].met());
  for (Measurement& row : results.measurements) row.roof = RowRoof{0.96e-3, "compute", 1e11};
  EXPECT_FALSE(goals_of(results)[0].met());
}

TEST_F(Goals, WantBothThreadCountsOfBoth) {
  add(shape, "fused", 1e-3, 1e-3);
  add(shape, "eigen", 2e-3, 2e-3);
  results.measurements.pop_back();
  EXPECT_THAT(goals_of(results), IsEmpty());
}

TEST_F(Goals, FollowBatchAndUnits) {
  const auto wanted = [](const std::string& problem) {
    return wanted_of(row_for_test(problem, "fused", {1}).labels);
  };
  EXPECT_EQ(wanted("lstm/B:1/T:128/F:16/U:16/seq:1"), 1.4);
  EXPECT_EQ(wanted("gru/B:1/T:128/F:512/U:512/seq:1"), 1.08);
  EXPECT_EQ(wanted("gru/B:2/T:128/F:64/U:64/seq:1"), 1.25);
  EXPECT_EQ(wanted("simple_rnn/B:8/T:128/F:128/U:128/seq:1"), 1.1);
  EXPECT_EQ(wanted("lstm/B:128/T:128/F:256/U:256/seq:1"), 1.0);
  EXPECT_FALSE(wanted("lstm/B:1/T:64/F:16/U:16/seq:1"));
  EXPECT_FALSE(wanted("lstm/B:1/T:128/F:32/U:16/seq:1"));
  EXPECT_FALSE(wanted("lstm/B:256/T:128/F:16/U:16/seq:1"));
  EXPECT_FALSE(wanted("lstm/B:1/T:128/F:1024/U:1024/seq:1"));
  Measurement backwards = row_for_test("lstm/B:1/T:128/F:16/U:16/seq:1/back:1", "fused", {1});
  backwards.labels.variant = "back:1";
  EXPECT_FALSE(wanted_of(backwards.labels));
  EXPECT_FALSE(wanted("dense/B:1/T:128/F:16/U:16/style:flattened"));
}

TEST_F(Goals, AreSummedUpByBatchAndUnits) {
  add(shape, "fused", 1e-3, 1e-3);
  add(shape, "eigen", 2e-3, 2e-3);
  add("gru/B:2/T:128/F:48/U:48/seq:1", "fused", 1e-3, 1e-3);
  add("gru/B:2/T:128/F:48/U:48/seq:1", "eigen", 1.1e-3, 1.2e-3);
  add("gru/B:1/T:128/F:512/U:512/seq:1", "fused", 1e-3, 1e-3);
  add("gru/B:1/T:128/F:512/U:512/seq:1", "eigen", 0.9e-3, 1.2e-3);
  const auto rows = reports::json(goals_summary(goals_of(results)));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1].at("batch"), "2-4");
  EXPECT_EQ(rows[1].at("units_33-64"), "1.10-2.00, 1 of 2");
  EXPECT_EQ(rows[0].at("units_129-512"), "0.90-0.90, 0 of 1");
  EXPECT_TRUE(rows[0].at("units_1-16").is_null());
}

TEST_F(Goals, StandInTheReport) {
  EXPECT_THAT(reports::markdown(report_of(results_for_test())), Not(HasSubstr("goals met")));
  add(shape, "fused", 1e-3, 1e-3);
  add(shape, "eigen", 2e-3, 2e-3);
  add("gru/B:1/T:128/F:16/U:16/seq:1", "fused", 1e-3, 1e-3);
  add("gru/B:1/T:128/F:16/U:16/seq:1", "eigen", 1.2e-3, 1.5e-3);
  EXPECT_THAT(reports::markdown(report_of(results)), HasSubstr("1 of 2 goals met"));
  const auto rows = reports::json(goals_table(goals_of(results)));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("layer"), "lstm");
  EXPECT_EQ(rows[0].at("met"), "yes");
  EXPECT_EQ(rows[0].at("library"), "eigen x1");
  EXPECT_EQ(rows[1].at("batch"), 1);
  EXPECT_EQ(rows[1].at("met"), "no");
  EXPECT_EQ(rows[1].at("spread"), "1.20-1.20");
}

}  // namespace
}  // namespace lockstep
