#include "bench/report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "bench/results_for_test.h"
#include "bench/training_rows.h"
#include "reports/csv.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/rows_for_test.h"
#include "reports/xml_for_test.h"

namespace lockstep {
namespace {

using reports::csv_rows;
using reports::html_rows;
using reports::markdown_rows;
using reports::Texts;
using ::testing::Contains;
using ::testing::HasSubstr;

class BenchReport : public ::testing::Test {
 protected:
  const Results results = results_for_test();
  const reports::Document report = report_of(results);
};

TEST_F(BenchReport, EveryTableHasTheSameTextInMarkdownAndHtml) {
  const Texts markdown = markdown_rows(reports::markdown(report)), html = html_rows(reports::html(report));
  std::size_t rows = 0;
  for (const auto& section : report.sections)
    for (const auto& table : section.tables)
      for (std::size_t i = 0; i < table.rows().size(); ++i) {
        std::vector<std::string> in_markdown, in_html;
        for (std::size_t k = 0; k < table.columns().size(); ++k) {
          const bool missing = table.text(i, k).empty();
          const bool code = table.columns()[k].code;
          in_markdown.push_back(missing ? "–"
                                : code  ? fmt::format("`{}`", table.text(i, k))
                                        : table.text(i, k));
          in_html.push_back(missing ? "–" : table.text(i, k));
        }
        EXPECT_THAT(markdown, Contains(in_markdown)) << table.title() << ", row " << i;
        EXPECT_THAT(html, Contains(in_html)) << table.title() << ", row " << i;
        ++rows;
      }
  EXPECT_GT(rows, 15U);
}

TEST_F(BenchReport, CsvHasTheRecordsAsTheirTexts) {
  const Texts rows = csv_rows(reports::csv(report.records));
  ASSERT_EQ(rows.size(), report.records.rows().size() + 1);
  for (std::size_t k = 0; k < report.records.columns().size(); ++k) {
    EXPECT_EQ(rows[0].at(k), report.records.columns()[k].name);
    for (std::size_t i = 0; i + 1 < rows.size(); ++i) EXPECT_EQ(rows[i + 1].at(k), report.records.text(i, k));
  }
}

TEST_F(BenchReport, TheSameMeasurementHasTheSameNumberInEveryFormat) {
  // The allocations and the misfit aside: the fit table's GFLOP/s are those of the records at the longest
  // length.
  const auto records = reports::json(report.records);
  std::string gflops;
  const Texts csv = csv_rows(reports::csv(report.records));
  for (std::size_t i = 1; i < csv.size(); ++i)
    if (csv[i][0] == results.measurements[4].name)
      gflops =
          csv[i]
             [static_cast<std::size_t>(std::find(csv[0].begin(), csv[0].end(), "gflops") - csv[0].begin())];
  ASSERT_NE(gflops, "");
  const auto has_it = [&](const std::vector<std::string>& row) {
    return row.size() > 5 && row[0] == "lstm, B 2, F 5, U 7" && row[1] == "naive" &&
           std::find(row.begin(), row.end(), gflops) != row.end();
  };
  const Texts markdown = markdown_rows(reports::markdown(report)), html = html_rows(reports::html(report));
  EXPECT_TRUE(std::any_of(markdown.begin(), markdown.end(), has_it)) << gflops;
  EXPECT_TRUE(std::any_of(html.begin(), html.end(), has_it)) << gflops;
}

TEST_F(BenchReport, SaysWhereItRanAndWhatWasVerified) {
  const std::string page = reports::parse_xml(reports::html(report))->text;
  for (const std::string& text : {page, reports::markdown(report)})
    for (const char* told : {"2026-01-02", "19 rows verified", "1 failed, 1 skipped"}) {
      EXPECT_NE(text.find(told), text.npos) << told;
    }
  EXPECT_THAT(page, HasSubstr("Some CPU <model>"));
  EXPECT_THAT(page, HasSubstr(results.command));
}

TEST_F(BenchReport, DrawsTheCurves) {
  std::size_t charts = 0;
  for (const auto& section : report.sections) charts += section.charts.size();
  EXPECT_EQ(charts, 2U + 2U + 1U);  // throughput and speed-up of lstm and gru; the dense styles
  for (const auto& section : report.sections)
    for (const auto& chart : section.charts)
      for (const auto& series : chart.series)
        for (std::size_t i = 0; i < series.y.size(); ++i) {
          EXPECT_LE(series.low[i], series.y[i]);
          EXPECT_GE(series.high[i], series.y[i]);
        }
}

TEST_F(BenchReport, SaysWhichStepsOfAModelAreCounted) {
  const auto says_it = [](const Results& some, const std::string& title) {
    for (const auto& section : report_of(some).sections)
      if (section.heading == title) return section.paragraphs.back().starts_with("Of a model whose inputs");
    ADD_FAILURE() << "no section " << title;
    return false;
  };
  Results of_model = results;
  of_model.measurements[0].labels.layer = "own_lengths.keras";
  EXPECT_FALSE(says_it(of_model, "Throughput against sequence length"));  // of one input
  of_model.measurements[0].of_several_inputs = true;
  EXPECT_TRUE(says_it(of_model, "Throughput against sequence length"));
  EXPECT_FALSE(says_it(results, "Throughput against sequence length"));
  of_model.measurements[0].labels.what = training_step;
  EXPECT_TRUE(says_it(of_model, "Training"));
  EXPECT_FALSE(says_it(of_model, "Throughput against sequence length"));
}

TEST_F(BenchReport, OfNothingIsStillOne) {
  for (const Results& none : {Results{}, Results{"lockstep bench", {}, {}, {results.measurements.back()}}}) {
    EXPECT_NO_THROW(reports::markdown(report_of(none)));
    EXPECT_NO_THROW(reports::html(report_of(none)));
    EXPECT_NO_THROW(reports::csv(report_of(none).records));
    EXPECT_TRUE(result_table(none).rows().empty());
  }
}

}  // namespace
}  // namespace lockstep
