#include "bench/training_tables.h"

#include <gtest/gtest.h>

#include "bench/results_for_test.h"
#include "bench/training_rows.h"
#include "reports/markdown.h"

namespace lockstep {
namespace {

Measurement part(const char* what, const char* backend, std::vector<double> seconds) {
  Measurement row = row_for_test("lstm/B:2/T:8/F:5/U:7/seq:1/pass:training", backend, std::move(seconds));
  row.labels.what = what;
  return row;
}

TEST(TrainingTable, PutsThePartsOfAStepIntoOneLine) {
  Results results = results_for_test();
  results.measurements.push_back(part(training_step, "eigen", {4e-3, 3e-3, 5e-3}));
  results.measurements.push_back(part(training_forward, "eigen", {1e-3}));
  results.measurements.push_back(part(training_backward, "eigen", {2e-3}));
  results.measurements.push_back(part(training_step, "naive", {9e-3}));
  results.measurements.push_back(part(training_backward, "naive", {}));  // not timed
  const reports::Table table = training_table(results);
  ASSERT_EQ(table.rows().size(), 2U);
  const auto& first = table.rows()[0];
  EXPECT_EQ(std::get<std::string>(first[0]), "lstm, B 2, F 5, U 7");
  EXPECT_EQ(std::get<std::int64_t>(first[1]), 8);
  EXPECT_EQ(std::get<std::string>(first[2]), "eigen");
  EXPECT_DOUBLE_EQ(std::get<double>(first[3]), 4000);
  EXPECT_DOUBLE_EQ(std::get<double>(first[4]), 1000);
  EXPECT_DOUBLE_EQ(std::get<double>(first[5]), 2000);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(first[6]));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(table.rows()[1][5]));
}

TEST(TrainingTable, IsEmptyWhereNothingWasTrained) {
  EXPECT_TRUE(training_table(results_for_test()).rows().empty());
}

}  // namespace
}  // namespace lockstep
