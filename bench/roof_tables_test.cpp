#include "bench/roof_tables.h"

#include <gmock/gmock.h>

#include "bench/report.h"
#include "bench/report_tables.h"
#include "bench/results_for_test.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/text.h"

namespace lockstep {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

class RoofTables : public ::testing::Test {
 protected:
  const Results old = results_for_test();
  Results results = results_with_roofs_for_test();
};

TEST_F(RoofTables, HaveTheLongestSequenceOfEachCurve) {
  const ordered_json rows = reports::json(roof_table(curve_families(results, "run")));
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows[0].at("family"), "lstm, B 2, F 5, U 7");
  EXPECT_EQ(rows[0].at("time_steps"), 64);
  EXPECT_EQ(rows[0].at("backend"), "naive");
  EXPECT_EQ(rows[0].at("percent_of_roof"), 50);
  EXPECT_EQ(rows[0].at("percent_of_peak"), 25);
  EXPECT_EQ(rows[0].at("bound_by"), "L2");
  EXPECT_GT(rows[0].at("gflops"), 0);
}

TEST_F(RoofTables, AreEmptyOfResultsWithoutCeilings) {
  EXPECT_TRUE(roof_table(curve_families(old, "run")).rows().empty());
  EXPECT_TRUE(above_roof_table(old).rows().empty());
  const reports::Table records = records_table(old);
  for (const reports::Column& column : records.columns()) EXPECT_THAT(column.name, Not(HasSubstr("roof")));
  const std::string report = reports::markdown(report_of(old));
  EXPECT_THAT(report, Not(HasSubstr("oof")));
  EXPECT_THAT(report, Not(HasSubstr("GB/s")));
  EXPECT_THAT(reports::markdown(result_table(old)), HasSubstr("GFLOP/s"));
}

TEST_F(RoofTables, RecordsTellOfTheRoofToo) {
  const ordered_json rows = reports::json(records_table(results));
  ASSERT_EQ(rows.size(), results.measurements.size());
  EXPECT_EQ(rows[0].at("percent_of_roof"), 50);
  EXPECT_EQ(rows[0].at("percent_of_peak"), 25);
  EXPECT_EQ(rows[0].at("roof_us"), 2.2);  // of 4.4
  EXPECT_EQ(rows[0].at("bound_by"), "L2");
  EXPECT_EQ(rows[0].at("above_roof"), "no");
  EXPECT_TRUE(rows.back().at("percent_of_roof").is_null());  // to prepare has none
}

TEST_F(RoofTables, ARowAboveItsRoofIsMarkedEverywhere) {
  Measurement& wrong = results.measurements[2];
  wrong.roof->seconds = 1.5 * wrong.median();
  const ordered_json above = reports::json(above_roof_table(results));
  ASSERT_EQ(above.size(), 1U);
  EXPECT_EQ(above[0].at("name"), wrong.name);
  EXPECT_EQ(above[0].at("percent_of_roof"), 150);
  EXPECT_EQ(reports::json(records_table(results))[2].at("above_roof"), "yes");
  const auto report = report_of(results);
  EXPECT_THAT(reports::markdown(report), HasSubstr("Rows above their roof"));
  std::size_t errors = 0;
  for (const reports::TestRow& test : report.tests) {
    const bool error = test.outcome == reports::Outcome::error;
    EXPECT_EQ(error, test.name == wrong.name) << test.name;
    errors += error;
    if (!error) continue;
    EXPECT_THAT(test.message, HasSubstr("150 % of its roof (bound by L2)"));
  }
  EXPECT_EQ(errors, 1U);
  EXPECT_THAT(reports::markdown(report_of(results_with_roofs_for_test())),
              Not(HasSubstr("above their roof")));
}

TEST_F(RoofTables, TheReportExplainsTheRoofAndHasTheCeilings) {
  const std::string report = reports::markdown(report_of(results));
  EXPECT_THAT(report, HasSubstr("The roof is the shortest time that the ceilings of the machine allow"));
  EXPECT_THAT(report, HasSubstr("108.8 GFLOP/s on one thread"));
}

TEST_F(RoofTables, ATerminalHasTheFastestFirstWithinItsColumns) {
  results.measurements.push_back(
      row_for_test("simple_rnn/B:32/T:4096/F:256/U:256/seq:1", "openblas", {1e-3}));
  results.measurements.back().roof = RowRoof{4e-4, "compute", 1e11};
  const reports::Table table = result_table(results);
  const ordered_json rows = reports::json(table);
  EXPECT_EQ(rows[0].at("backend"), "eigen");
  EXPECT_EQ(rows[1].at("backend"), "naive");
  EXPECT_EQ(rows[1].at("roof"), "50% L2");
  EXPECT_EQ(rows.back().at("roof"), "40% compute");
  EXPECT_EQ(rows.back().at("throughput"), 131'100);  // 32 * 4096 steps in 1 ms, to 4 digits
  EXPECT_EQ(rows.back().at("family"), "simple_rnn B32 F256 U256");
  EXPECT_EQ(rows[5].at("family"), "dense time_distributed B2 F5 U7");
  std::istringstream lines(reports::markdown(table));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(reports::width(line), 80U) << line;
}

}  // namespace
}  // namespace lockstep
