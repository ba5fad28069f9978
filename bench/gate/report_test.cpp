#include "bench/gate/report.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "bench/gate/report_tables.h"
#include "bench/gate/result_for_test.h"
#include "reports/csv.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/rows_for_test.h"

namespace lockstep::gate {
namespace {

using reports::Texts;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Lt;
using ::testing::Not;
using ::testing::StartsWith;

const reports::Section* section(const reports::Document& document, const std::string& heading) {
  for (const auto& one : document.sections)
    if (one.heading == heading) return &one;
  return nullptr;
}

std::vector<std::string> column(const reports::Table& table, const std::string& name) {
  const auto found = std::ranges::find(table.columns(), name, &reports::Column::name);
  EXPECT_NE(found, table.columns().end()) << name;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < table.rows().size(); ++i)
    texts.push_back(table.text(i, static_cast<std::size_t>(found - table.columns().begin())));
  return texts;
}

/// What a page or comment shows of a cell.
std::string shown(const reports::Table& table, std::size_t row, std::size_t at, bool markdown) {
  const std::string text = table.text(row, at);
  if (text.empty()) return "–";
  return markdown && table.columns()[at].code ? fmt::format("`{}`", text) : text;
}

class GateReport : public ::testing::Test {
 protected:
  const Result result = result_for_test();
  const reports::Document report = gate_report(result);
};

TEST_F(GateReport, LeadsWithTheVerdict) {
  EXPECT_EQ(report.lead.front(), fmt::format("{}.", verdict_of(result)));
  EXPECT_EQ(
      report.lead.back(),
      "9 benchmarks: 2 regression, 1 wrong, 1 missing, 1 layout-sensitive, 1 inconclusive, 1 acknowledged, "
      "1 improvement, 1 pass.");
}

TEST_F(GateReport, ShowsFirstWhatNeedsEyesAndTheSlowestFirst) {
  const auto* eyes = section(report, "What needs eyes");
  ASSERT_NE(eyes, nullptr);
  EXPECT_THAT(column(eyes->tables[0], "state"),
              ElementsAre("regression", "regression", "wrong", "missing", "layout-sensitive", "inconclusive",
                          "acknowledged", "improvement"));
  EXPECT_THAT(column(eyes->tables[0], "ratio"),
              ElementsAre("1.231", "1.071", "", "", "1.421", "1.011", "1.061", "0.8765"));
  EXPECT_THAT(column(eyes->tables[0], "interval"),
              ElementsAre("1.216 to 1.246", "1.058 to 1.084", "", "", "1.404 to 1.439", "0.9989 to 1.024",
                          "1.048 to 1.074", "0.8659 to 0.8874"));
  EXPECT_THAT(column(eyes->tables[0], "detectable_percent"),
              ElementsAre("3.12", "3.12", "", "", "3.12", "", "3.12", "3.12"));
  EXPECT_EQ(column(eyes->tables[0], "extent")[0], "28 x 16");
  EXPECT_EQ(column(eyes->tables[0], "reason")[2], "head: output off by 3e-2");
  EXPECT_EQ(column(section(report, "Passed")->tables[0], "ratio"), std::vector<std::string>{"1.001"});
}

TEST_F(GateReport, ShowsTheLargestImprovementFirst) {
  Result faster = result;
  faster.rows[0].state = faster.rows[2].state = State::improvement;
  faster.rows[0].ratio = 0.9;
  faster.rows[2].ratio = 0.7;
  const auto ratios = column(section(gate_report(faster), "What needs eyes")->tables[0], "ratio");
  EXPECT_THAT(std::vector(ratios.end() - 3, ratios.end()), ElementsAre("0.7000", "0.8765", "0.9000"));
}

TEST_F(GateReport, SaysWhyThereIsNoVerdict) {
  const std::string markdown = reports::markdown(report);
  const auto reasons = markdown.find("## Why there is no verdict"),
             eyes = markdown.find("## What needs eyes");
  ASSERT_NE(reasons, markdown.npos);
  EXPECT_LT(reasons, eyes);
  EXPECT_LT(markdown.find("base/onednn: not there"), eyes);
  EXPECT_LT(markdown.find("a control differs"), eyes);
  Result quiet = result;
  quiet.complaints.clear();
  quiet.doubts.clear();
  EXPECT_EQ(section(gate_report(quiet), "Why there is no verdict"), nullptr);
}

TEST_F(GateReport, TellsThePlanInWords) {
  const std::string markdown = reports::markdown(report);
  for (const char* told :
       {"build/base", "build/head", "Some CPU", "6 screen", "28 fresh", "48 in each process",
        "batches of about 0.5 ms", "2 %: a slowdown up to here is none", "1 %: how often", "asked for is 5 %",
        "3.12 % would have been found in the middle benchmark, nothing in the noisiest", "**eigen:** 3.4.0"})
    EXPECT_THAT(markdown, HasSubstr(told));
  Result two = result;
  two.rows[1].head.version = "3.4.1";
  two.rows.insert(two.rows.begin(), two.rows.back());  // missing: tells no version
  two.rows[0].backend = "eigen";
  EXPECT_THAT(reports::markdown(gate_report(two)), HasSubstr("base 3.4.0; head 3.4.1"));
}

TEST_F(GateReport, EveryTableHasTheSameTextInMarkdownAndHtml) {
  const Texts markdown = reports::markdown_rows(reports::markdown(report)),
              html = reports::html_rows(reports::html(report));
  std::size_t rows = 0;
  for (const auto& section : report.sections)
    for (const auto& table : section.tables)
      for (std::size_t i = 0; i < table.rows().size(); ++i, ++rows) {
        std::vector<std::string> in_markdown, in_html;
        for (std::size_t k = 0; k < table.columns().size(); ++k) {
          in_markdown.push_back(shown(table, i, k, true));
          in_html.push_back(shown(table, i, k, false));
        }
        EXPECT_THAT(markdown, Contains(in_markdown));
        EXPECT_THAT(html, Contains(in_html));
      }
  EXPECT_EQ(rows, 8U + 1U + 1U);
}

TEST_F(GateReport, TheCsvHasTheNumbersOfThePage) {
  const Texts csv = reports::csv_rows(reports::csv(report.records)),
              html = reports::html_rows(reports::html(report));
  const auto at = [&](const std::vector<std::string>& record, const char* name) {
    return record[static_cast<std::size_t>(std::ranges::find(csv[0], name) - csv[0].begin())];
  };
  ASSERT_EQ(csv.size(), result.rows.size() + 1);
  std::size_t controls = 0;
  for (std::size_t i = 1; i < csv.size(); ++i) {
    const auto& record = csv[i];
    const auto or_dash = [&](const char* name) { return at(record, name).empty() ? "–" : at(record, name); };
    const bool timed = at(record, "processes") != "0";
    EXPECT_THAT(html, Contains(ElementsAre(
                          at(record, "state"), at(record, "benchmark"), or_dash("ratio"),
                          timed ? fmt::format("{} to {}", at(record, "low"), at(record, "high")) : "–",
                          or_dash("detectable_percent"),
                          timed ? fmt::format("{} x {}", at(record, "processes"), at(record, "rounds")) : "–",
                          or_dash("reason"))));
    if (at(record, "control_ratio").empty()) continue;
    ++controls;
    EXPECT_THAT(html, Contains(AllOf(Contains(at(record, "control_ratio")),
                                     Contains(fmt::format("{} to {}", at(record, "control_low"),
                                                          at(record, "control_high"))))));
  }
  EXPECT_EQ(controls, 1U);
}

TEST_F(GateReport, RecordsWhatWasCounted) {
  EXPECT_THAT(column(report.records, "head_allocations"),
              ElementsAre("0", "0", "0", "2", "0", "0", "0", "", ""));
  EXPECT_THAT(column(report.records, "base_library_calls"),
              ElementsAre("7", "7", "7", "7", "7", "7", "7", "7", ""));
  EXPECT_EQ(column(report.records, "layouts")[2], "1.065 1.070 1.080");
  EXPECT_EQ(column(report.records, "p")[2], "3.725e-09");
  EXPECT_EQ(column(report.records, "base_seconds")[2], "0.001235");
  EXPECT_EQ(column(report.records, "same_bits")[7], "");
  EXPECT_EQ(column(report.records, "same_bits")[0], "yes");
  EXPECT_EQ(column(report.records, "alternating")[4], "yes");
}

TEST_F(GateReport, InJUnitOnlyWhatLetsThroughFailsNothing) {
  const auto xml = reports::parse_xml(reports::junit(report.title, report.tests));
  std::map<std::string, std::string> told;
  std::map<std::string, std::string> text;
  for (const auto* test : xml->all("testcase")) {
    const bool plain = test->children.empty();
    told[test->attributes.at("name")] = plain ? "pass" : test->children[0]->name;
    text[test->attributes.at("name")] =
        plain ? "" : test->children[0]->attributes.at("message") + "\n" + test->children[0]->text;
  }
  ASSERT_EQ(told.size(), result.rows.size() + 1);
  const std::map<State, std::string> wanted = {
      {State::pass, "pass"},          {State::improvement, "pass"},        {State::acknowledged, "skipped"},
      {State::regression, "failure"}, {State::wrong, "failure"},           {State::missing, "error"},
      {State::inconclusive, "error"}, {State::layout_sensitive, "skipped"}};
  for (const Row& row : result.rows) {
    EXPECT_EQ(told[row.benchmark], wanted.at(row.state)) << row.benchmark;
    if (wanted.at(row.state) != "pass") {
      EXPECT_THAT(text[row.benchmark], StartsWith(fmt::format("{}: {}", to_string(row.state), row.reason)));
    }
  }
  EXPECT_THAT(text[result.rows[2].benchmark], AllOf(HasSubstr("1.071"), HasSubstr("1.058 to 1.084")));
  EXPECT_EQ(told["verdict"], "error");
  EXPECT_THAT(text["verdict"], AllOf(HasSubstr("base/onednn: not there"), HasSubstr("a control differs")));
}

TEST_F(GateReport, TheVerdictIsATestThatAgreesWithTheExitCode) {
  for (const auto& [code, outcome] : {std::pair(exit_held, reports::Outcome::pass),
                                      {exit_failed, reports::Outcome::fail},
                                      {exit_usage, reports::Outcome::error},
                                      {exit_no_verdict, reports::Outcome::error}}) {
    Result one;
    one.code = code;
    ASSERT_EQ(gate_report(one).tests.size(), 1U);
    EXPECT_EQ(gate_report(one).tests[0].outcome, outcome);
  }
}

TEST_F(GateReport, DrawsTheRatiosInRisingOrderBesideTheMargin) {
  const auto* drawn = section(report, "All ratios");
  ASSERT_NE(drawn, nullptr);
  const auto& series = drawn->charts.at(0).series;
  EXPECT_EQ(series[0].y.size(), 7U);
  EXPECT_TRUE(std::is_sorted(series[0].y.begin(), series[0].y.end()));
  EXPECT_EQ(series[1].y.size(), 1U);
  EXPECT_THAT(series[2].y, ElementsAre(1.02, 1.02));
  EXPECT_NO_THROW(validate(drawn->charts[0]));
}

TEST_F(GateReport, Of500BenchmarksFitsIntoACommentAndAPage) {
  constexpr std::size_t comment = 60'000, page = 900'000;
  for (const State state : {State::pass, State::regression, State::inconclusive}) {
    Result large = large_result_for_test(500, state);
    large.rows[250].state = State::regression;
    large.rows[250].ratio = 3;
    large.complaints.assign(500, std::string(1000, '*'));
    const std::string markdown = reports::markdown(gate_report(large));
    EXPECT_LE(markdown.size(), comment) << to_string(state);
    EXPECT_EQ(reports::markdown_rows(markdown).at(1).at(0), "regression");
    EXPECT_THAT(reports::markdown_rows(markdown).at(1).at(1), HasSubstr(large.rows[250].benchmark));
    EXPECT_THAT(markdown, HasSubstr("more, in the CSV."));
    const std::string html = reports::html(gate_report(large, 500));
    EXPECT_LE(html.size(), page);
    EXPECT_GE(reports::html_rows(html).size(), 500U);
    EXPECT_EQ(reports::csv_rows(reports::csv(gate_report(large).records)).size(), 501U);
  }
}

TEST_F(GateReport, CutsThePassesFirst) {
  Result large = large_result_for_test(50, State::pass);
  for (const std::size_t i : {3U, 40U}) large.rows[i].state = State::regression;
  const auto cut_off = gate_report(large, 10);
  EXPECT_EQ(section(cut_off, "What needs eyes")->tables[0].rows().size(), 2U);
  EXPECT_EQ(section(cut_off, "Passed")->tables[0].rows().size(), 8U);
  EXPECT_THAT(section(cut_off, "Passed")->paragraphs.back(), HasSubstr("8 of 48, and 40 more"));
  EXPECT_TRUE(section(gate_report(large, 1), "Passed")->tables.empty());
  EXPECT_EQ(section(gate_report(large, 1), "What needs eyes")->tables[0].rows().size(), 1U);
}

TEST_F(GateReport, BearsWhatIsNotFiniteOrNotThere) {
  Result odd = result;
  odd.rows[0].ratio = odd.rows[1].high = odd.rows[2].p = std::numeric_limits<double>::infinity();
  odd.rows[3].low = odd.controls[0].ratio = std::numeric_limits<double>::quiet_NaN();
  odd.rows[4].reason = "two\nlines \xff";
  for (const Result& one : {odd, Result{}}) {
    const auto told = gate_report(one);
    for (const std::string& text :
         {reports::markdown(told), reports::html(told), reports::csv(told.records),
          reports::junit(told.title, told.tests), reports::dump(reports::json(told))})
      EXPECT_THAT(text, AllOf(Not(HasSubstr(" inf")), Not(HasSubstr("nan ")), Not(HasSubstr("\xff"))));
  }
}

TEST(Cut, KeepsWholeCharacters) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abcd", 3), "ab…");
  EXPECT_EQ(cut("ääää", 3), "ää…");
  EXPECT_EQ(cut("a\nb", 3), "a b");
}

}  // namespace
}  // namespace lockstep::gate
