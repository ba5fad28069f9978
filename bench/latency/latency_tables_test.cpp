#include "bench/latency/latency_tables.h"

#include <gmock/gmock.h>

#include "bench/report_tables.h"
#include "bench/results_for_test.h"
#include "reports/json.h"
#include "reports/markdown.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

Measurement row_with_latency(const std::string& problem, const std::string& backend, std::int64_t calls) {
  Measurement row = row_for_test(problem, backend, {2e-6});
  row.labels.what = "latency";
  row.latency = Latency{calls, 2e-6, 3e-6, 4e-6, 50e-6, 600e-6, 7e-3, 21e-9};
  return row;
}

class LatencyTables : public ::testing::Test {
 protected:
  LatencyTables() {
    results.measurements = {row_with_latency("lstm/B:1/T:1/F:1/U:16/seq:1", "eigen", 10'000),
                            row_with_latency("lstm/B:1/T:1/F:1/U:16/seq:1", "naive", 500),
                            row_for_test("lstm/B:1/T:1/F:1/U:16/seq:1", "onednn", {}, "skip"),
                            row_for_test("lstm/B:1/T:8/F:1/U:16/seq:1", "onednn", {1e-3})};
  }
  Results results;
};

TEST_F(LatencyTables, HaveTheRowsThatWereTimedStepByStep) {
  const auto rows = reports::json(latency_table(results));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("family"), "lstm, B 1, F 1, U 16");
  EXPECT_EQ(rows[0].at("backend"), "eigen");
  EXPECT_EQ(rows[0].at("calls"), 10'000);
  EXPECT_EQ(rows[0].at("p50"), 2);
  EXPECT_EQ(rows[0].at("p99"), 3);
  EXPECT_EQ(rows[0].at("p99_9"), 4);
  EXPECT_EQ(rows[0].at("max"), 50);
  EXPECT_EQ(rows[0].at("first_call"), 600);
  EXPECT_EQ(rows[0].at("prepare"), 7000);
  EXPECT_EQ(rows[0].at("allocations"), 3);
}

TEST_F(LatencyTables, HaveNoPercentileThatTakesMoreCalls) {
  EXPECT_TRUE(reports::json(latency_table(results))[1].at("p99_9").is_null());
  EXPECT_EQ(reports::json(latency_table(results))[1].at("p99"), 3);
}

TEST_F(LatencyTables, SayHowFastAudioIs) {
  EXPECT_EQ(reports::json(latency_table(results))[0].at("real_time"), 10.4);  // 1 / (48000 * 2 us)
  results.measurements = {row_with_latency("lstm/B:1/T:1/F:2/U:16/seq:1", "eigen", 10'000)};
  EXPECT_FALSE(reports::json(latency_table(results))[0].contains("real_time"));
}

TEST_F(LatencyTables, FitATerminal) {
  results.measurements.push_back(row_with_latency("gru/B:1/T:1/F:1/U:64/seq:1", "openblas", 10'000));
  results.measurements.back().latency =
      Latency{10'000, 1.2345e-3, 1.2345e-3, 1.2345e-3, 1.2345e-3, 1.2345e-3, 1, 0};
  const std::string text = reports::markdown(short_latency_table(results));
  EXPECT_LE(text.find('\n'), 80U) << text;
  EXPECT_THAT(text, HasSubstr("gru B1 F1 U64"));
}

TEST_F(LatencyTables, SayWhatTheTimesHaveInThem) {
  EXPECT_THAT(latency_text(results),
              HasSubstr("of 500 to 10000 calls each; a call has one reading of the clock "
                        "in it, 21 ns"));
  EXPECT_EQ(latency_text({}), "");
}

TEST_F(LatencyTables, AreInTheRecordsToo) {
  const auto rows = reports::json(records_table(results));
  EXPECT_EQ(rows[0].at("p99_9_us"), 4);
  EXPECT_EQ(rows[0].at("first_call_us"), 600);
  EXPECT_TRUE(rows[3].at("p50_us").is_null());
  EXPECT_EQ(rows[3].at("median_us"), 1000);
}

}  // namespace
}  // namespace lockstep
