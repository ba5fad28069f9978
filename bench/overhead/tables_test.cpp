#include "bench/overhead/tables.h"

#include <gmock/gmock.h>

#include "bench/report.h"
#include "bench/results_for_test.h"
#include "reports/json.h"
#include "reports/markdown.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class OverheadTables : public ::testing::Test {
 protected:
  void add(const std::string& problem, const std::string& backend, double adapter, double raw,
           std::int64_t calls) {
    for (const bool is_raw : {false, true}) {
      Measurement row = row_for_test(problem, is_raw ? backend + "-raw" : backend, {is_raw ? raw : adapter});
      row.allocations = is_raw ? 2 : 3;
      row.library_calls = LibraryCalls{is_raw ? 1 : calls, 0, backend == "onednn" ? 2 : 0};
      results.measurements.push_back(std::move(row));
    }
  }
  void SetUp() override {
    for (const int steps : {1, 4, 16}) {
      const double time = 4e-6 + 1e-6 * steps;
      add("lstm/B:2/T:" + std::to_string(steps) + "/F:64/U:64/seq:1", "onednn", time, time, 1);
      add("lstm/B:2/T:" + std::to_string(steps) + "/F:64/U:64/seq:1", "eigen", 1.5 * time, time, steps);
    }
    add("gru/B:2/T:8/F:32/U:64/seq:1", "onednn", 1e-6, 2e-6, 1);
  }
  /// Rows of onednn of one more length each, that asked their libraries for so much.
  void add_asked(
      const std::vector<std::pair<std::optional<LibraryCalls>, std::optional<LibraryCalls>>>& all) {
    int steps = 32;
    for (const auto& [adapter, raw] : all) {
      add("lstm/B:2/T:" + std::to_string(++steps) + "/F:64/U:64/seq:1", "onednn", 1e-6, 1e-6, 1);
      (results.measurements.end() - 2)->library_calls = adapter;
      results.measurements.back().library_calls = raw;
    }
  }
  Results results;
};

TEST_F(OverheadTables, HaveARowForEachProblem) {
  const auto rows = reports::json(overhead_table(overheads_of(results)));
  ASSERT_EQ(rows.size(), 7U);
  EXPECT_EQ(rows[1].at("layer"), "lstm B2 U64");
  EXPECT_EQ(rows[1].at("time_steps"), 1);
  EXPECT_EQ(rows[1].at("backend"), "eigen");
  EXPECT_EQ(rows[1].at("adapter_us"), 7.5);
  EXPECT_EQ(rows[1].at("raw_us"), 5.0);
  EXPECT_EQ(rows[1].at("ratio"), 1.5);
  EXPECT_EQ(rows[1].at("quartiles"), "1.50-1.50");
  EXPECT_EQ(rows[6].at("layer"), "gru B2 F32 U64");
}

TEST_F(OverheadTables, FitATerminal) {
  Results widest;
  for (const char* backend : {"openblas", "openblas-raw"})
    for (const int steps : {1, 4, 64})
      widest.measurements.push_back(
          row_for_test("simple_rnn/B:64/T:" + std::to_string(steps) + "/F:256/U:256/seq:1", backend,
                       {12.34e-6 + steps * 123.4e-6}));
  const auto overheads = overheads_of(widest);
  const auto curves = overhead_curves(overheads);
  ASSERT_EQ(overheads.size(), 3U);
  for (const auto& table : {overhead_table(overheads), overhead_summary(overheads), call_cost_table(curves),
                            added_cost_table(curves), asked_table(curves)})
    EXPECT_LE(reports::markdown(table).find('\n'), 80U) << reports::markdown(table);
}

TEST_F(OverheadTables, AreSummedUpByLayerAndBackend) {
  const auto rows = reports::json(overhead_summary(overheads_of(results)));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("layer"), "lstm");
  EXPECT_EQ(rows[0].at("onednn"), "1.00-1.00, 3/0/0");
  EXPECT_EQ(rows[0].at("eigen"), "1.50-1.50, 0/0/3");
  EXPECT_EQ(rows[1].at("onednn"), "0.50-0.50, 1/0/0");
  EXPECT_TRUE(rows[1].at("eigen").is_null());
  EXPECT_EQ(overhead_text(overheads_of(results)), "4 of 7 at most 5 % longer than the raw calls, 0 open");
  results.measurements[0].seconds.resize(4, 2 * results.measurements[0].seconds[0]);
  results.measurements[1].seconds.resize(4, results.measurements[1].seconds[0]);
  results.measurements[0].seconds[1] /= 2;  // ratios 1, 1, 2, 2
  EXPECT_EQ(overhead_text(overheads_of(results)), "3 of 7 at most 5 % longer than the raw calls, 1 open");
  EXPECT_EQ(reports::json(overhead_summary(overheads_of(results)))[0].at("onednn"), "1.00-1.00, 2/1/0");
}

TEST_F(OverheadTables, SayWhatACallCostsAndAsksFor) {
  const auto curves = overhead_curves(overheads_of(results));
  const auto costs = reports::json(call_cost_table(curves)), asked = reports::json(asked_table(curves));
  ASSERT_EQ(costs.size(), 2U);  // gru has one length
  EXPECT_NEAR(costs[1].at("a_us").get<double>(), 6, 1e-6);
  EXPECT_NEAR(costs[1].at("raw_a_us").get<double>(), 4, 1e-6);
  EXPECT_NEAR(costs[1].at("b_us").get<double>(), 1.5, 1e-6);
  EXPECT_NEAR(costs[1].at("raw_b_us").get<double>(), 1, 1e-6);
  EXPECT_EQ(costs[0].at("cheap"), "no");
  const auto added = reports::json(added_cost_table(curves));
  ASSERT_EQ(added.size(), 2U);
  EXPECT_NEAR(added[1].at("added_us").get<double>(), 2, 1e-6);
  EXPECT_EQ(added[1].at("quartiles"), "2.00 to 2.00");
  EXPECT_EQ(added[1].at("little"), "yes");
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked[1].at("allocations"), 3);
  EXPECT_EQ(asked[1].at("raw_allocations"), 2);
  EXPECT_EQ(asked[1].at("library_calls"), 16);
  EXPECT_EQ(asked[1].at("raw_library_calls"), 1);
  EXPECT_EQ(asked[1].at("reorders"), 0);
  EXPECT_EQ(asked[0].at("reorders_to_prepare"), 2);
  for (Measurement& row : results.measurements)
    if (row.labels.layer == "gru") {
      row.allocations = 2;
      row.library_calls->reorders = 1;
    }
  EXPECT_THAT(call_cost_texts(overhead_curves(overheads_of(results))),
              ElementsAre("0 of 2 with a of at most 3 us (0 open)",
                          "what a backend adds to a is at most 3 us in 2 of 2 (0 open)",
                          "1 of 7 without an allocation that the raw calls have not",
                          "3 of 4 on onednn without a reorder"));
}

TEST_F(OverheadTables, HaveWhatTheBackendAskedForBesideTheCallsOfTheRaw) {
  add_asked({{LibraryCalls{4, 3, 2}, LibraryCalls{5, 6, 7}}});
  const auto asked = reports::json(asked_table(overhead_curves(overheads_of(results))));
  EXPECT_EQ(asked[0].at("library_calls"), 4);
  EXPECT_EQ(asked[0].at("raw_library_calls"), 5);
  EXPECT_EQ(asked[0].at("reorders"), 3);
  EXPECT_EQ(asked[0].at("reorders_to_prepare"), 2);
}

TEST_F(OverheadTables, CountTheBackendsReordersWhereEitherWayCanReorder) {
  results = {};
  const LibraryCalls none{1, 0, 0}, running{1, 1, 0}, once{1, 0, 1};
  add_asked({{running, none},
             {running, none},
             {once, none},
             {none, running},
             {none, once},
             {once, {}},
             {once, {}},
             {none, none},     // whose library reorders nothing
             {{}, running}});  // was not counted
  EXPECT_THAT(call_cost_texts(overhead_curves(overheads_of(results))),
              Contains("5 of 7 on onednn without a reorder"));
}

TEST_F(OverheadTables, StandInTheReport) {
  const std::string heading = "Against the raw calls";
  EXPECT_THAT(reports::markdown(report_of(results_for_test())), Not(HasSubstr(heading)));
  const std::string report = reports::markdown(report_of(results));
  EXPECT_THAT(report, AllOf(HasSubstr(heading), HasSubstr("4 of 7 at most 5 % longer")));
  EXPECT_THAT(report, Not(HasSubstr("onednn-raw with 1 thread")));  // no rival of those it is compared with
}

TEST_F(OverheadTables, AreAllThatTheReportHasOfTheRawCalls) {
  add("lstm/B:2/T:64/F:64/U:64/seq:1", "onednn", 1e-6, 1e-6, 1);
  for (auto row = results.measurements.end() - 2; row != results.measurements.end(); ++row) {
    row->name = "prepare/" + row->name;
    row->labels.what = "prepare";
  }
  std::size_t others = 0;
  for (const reports::Section& section : report_of(results).sections) {
    if (section.heading.starts_with("Against the raw calls")) continue;
    ++others;
    reports::Document alone;
    alone.sections = {section};
    EXPECT_THAT(reports::markdown(alone), Not(HasSubstr("-raw"))) << section.heading;
    for (const reports::Chart& chart : section.charts)
      for (const reports::Series& series : chart.series) EXPECT_THAT(series.name, Not(HasSubstr("-raw")));
  }
  EXPECT_EQ(others, 3U);  // which is fastest, throughput, making ready
}

}  // namespace
}  // namespace lockstep
