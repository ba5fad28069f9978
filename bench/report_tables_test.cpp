#include "bench/report_tables.h"

#include <gmock/gmock.h>

#include "bench/results_for_test.h"
#include "reports/json.h"

namespace lockstep {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;

class ReportTables : public ::testing::Test {
 protected:
  Results results = results_for_test();
  std::vector<CurveFamily> families = curve_families(results, "run");
};

double digits4(double value) {  // as a column shows it
  return std::stod(reports::to_text(value, 4));
}

TEST_F(ReportTables, RecordsHaveEveryRow) {
  const ordered_json rows = reports::json(records_table(results));
  ASSERT_EQ(rows.size(), results.measurements.size());
  const ordered_json& first = rows[0];
  const Measurement& row = results.measurements[0];  // 4, 3 and 5 times 1.1 us
  EXPECT_EQ(first.at("name"), row.name);
  EXPECT_EQ(first.at("time_steps"), 1);
  EXPECT_EQ(first.at("backend"), "naive");
  EXPECT_EQ(first.at("repetitions"), 3);
  EXPECT_EQ(first.at("median_us"), digits4(4.4));
  EXPECT_EQ(first.at("lowest_us"), digits4(3.3));
  EXPECT_EQ(first.at("highest_us"), digits4(5.5));
  EXPECT_EQ(first.at("steps_per_second"), digits4(2 / 4.4e-6));
  EXPECT_EQ(first.at("ns_per_step"), digits4(4400.0 / 2));
  EXPECT_EQ(first.at("gflops"), digits4(2000 / 4.4e-6 / 1e9));
  EXPECT_EQ(first.at("allocations_per_call"), 3);
  EXPECT_EQ(first.at("error_over_tolerance"), 0.125);
}

TEST_F(ReportTables, RecordsOfRowsWithoutATimeHaveNone) {
  for (const auto& row : reports::json(records_table(results))) {
    const bool timed = row.at("verdict") == "pass";
    for (const char* key : {"median_us", "lowest_us", "highest_us", "steps_per_second", "ns_per_step",
                            "iterations", "error_over_tolerance"})
      EXPECT_EQ(row.at(key).is_null(), !timed) << key << ", " << row.at("name");
    EXPECT_EQ(row.at("reason") == "", timed);
  }
}

TEST_F(ReportTables, ThroughputIsAtTheLongestLengthAndNamesTheFastest) {
  const ordered_json rows = reports::json(throughput_table(families));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].at("family"), "lstm, B 2, F 5, U 7");
  EXPECT_EQ(rows[0].at("time_steps"), 64);
  EXPECT_EQ(rows[0].at("fastest"), "eigen");
  EXPECT_EQ(rows[0].at("ratio"), 3.2);  // 4 : 1.25
  EXPECT_NEAR(rows[0].at("eigen").get<double>() / rows[0].at("naive").get<double>(), 3.2, 0.01);
  EXPECT_TRUE(rows[2].at("naive").is_null());  // was not timed on it
  EXPECT_TRUE(rows[2].at("ratio").is_null());  // nothing to be ahead of
  EXPECT_TRUE(throughput_table({}).rows().empty());
}

TEST_F(ReportTables, FitHasCurvesOfThreeLengths) {
  const ordered_json rows = reports::json(fit_table(families));
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows[0].at("backend"), "naive");
  EXPECT_EQ(rows[0].at("overhead"), 4);    // us
  EXPECT_EQ(rows[0].at("per_step"), 400);  // ns
  EXPECT_EQ(rows[0].at("spread"), 50);     // 3 to 5 around 4
  EXPECT_EQ(rows[0].at("method"), "made up");
  EXPECT_EQ(rows[4].at("per_step"), 1000);
  EXPECT_TRUE(reports::json(fit_table(curve_families(results, "prepare"))).empty());
}

TEST_F(ReportTables, DenseStylesArePairedByAllElse) {
  const auto pairs = dense_pairs(families);
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].title, "dense, B 2, F 5, U 7");
  const ordered_json rows = reports::json(dense_style_table(families));
  ASSERT_EQ(rows.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const double steps = rows[i].at("time_steps").get<double>();
    EXPECT_EQ(rows[i].at("flattened"), steps);
    EXPECT_EQ(rows[i].at("per_step"), 2 * steps);
    EXPECT_EQ(rows[i].at("ratio"), 2);
  }
  std::erase_if(results.measurements, [](const Measurement& row) {
    return row.labels.variant == "style:time_distributed" && row.labels.time_steps != 8;
  });
  EXPECT_EQ(dense_style_table(curve_families(results, "run")).rows().size(), 1U);
  std::erase_if(results.measurements,
                [](const Measurement& row) { return row.labels.variant == "style:time_distributed"; });
  EXPECT_TRUE(dense_style_table(curve_families(results, "run")).rows().empty());
}

TEST_F(ReportTables, PreparesAreTheirOwnTable) {
  const ordered_json rows = reports::json(prepare_table(curve_families(results, "prepare")));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("median"), 2000);
  EXPECT_EQ(rows[0].at("lowest"), 1000);
  EXPECT_EQ(rows[0].at("highest"), 3000);
}

TEST_F(ReportTables, RowsWithoutATimeSayWhy) {
  const ordered_json rows = reports::json(untimed_table(results));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("verdict"), "skip");
  EXPECT_EQ(rows[1].at("verdict"), "fail");
  for (const auto& row : rows) EXPECT_THAT(row.at("reason").get<std::string>(), HasSubstr("can't"));
}

}  // namespace
}  // namespace lockstep
