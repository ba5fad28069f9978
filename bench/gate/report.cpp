#include "bench/gate/report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "bench/gate/report_tables.h"
#include "bench/gate/votes.h"

namespace lockstep::gate {
namespace {

using reports::Document;
using reports::Fact;
using reports::Outcome;
using reports::Section;
using reports::TestRow;

constexpr std::size_t most_complaints = 10, longest_complaint = 300, most_controls = 10, least_for_chart = 3;

/// Of an effect that may be too large for any number.
std::string size_of(double effect) {
  return std::isfinite(effect) ? percent(effect) : "nothing";
}

std::string verdict_sentence(const Result& result) {
  return fmt::format("{}.", verdict_of(result));
}

/// "40 benchmarks: 1 regression, 2 improvement, 37 pass".
std::string tally(const Result& result) {
  Rows rows = rows_for_eyes(result.rows);
  for (const Row* row : passes(result.rows)) rows.push_back(row);
  std::string text = fmt::format("{} benchmarks", rows.size());
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t end = i;
    while (end < rows.size() && rows[end]->state == rows[i]->state) ++end;
    text += fmt::format("{} {} {}", i == 0 ? ":" : ",", end - i, to_string(rows[i]->state));
    i = end;
  }
  return fmt::format("{}.", text);
}

/// What it would have found: in the middle benchmark, and in all of them.
std::string detection(const Result& result) {
  std::vector<double> found;
  for (const Row& row : result.rows)
    if (is_timed(row)) found.push_back(row.detectable);
  const std::string asked = fmt::format("asked for is {}", percent(result.plan.detect));
  if (found.empty()) return fmt::format("{}; nothing was timed", asked);
  std::sort(found.begin(), found.end());
  return fmt::format("{}; 4 times of 5, {} would have been found in the middle benchmark, {} in the noisiest",
                     asked, size_of(found[found.size() / 2]), size_of(found.back()));
}

/// The version of a backend in one of the builds, from the first row that has it.
std::string version_of(const Result& result, const std::string& backend, Proof Row::*build) {
  for (const Row& row : result.rows)
    if (row.backend == backend && !(row.*build).version.empty()) return (row.*build).version;
  return "unknown";
}

/// The versions of each backend, once where both builds have the same.
void add_versions(Document& document, const Result& result) {
  for (const Row& row : result.rows) {
    if (std::ranges::find(document.facts, row.backend, &Fact::key) != document.facts.end()) continue;
    const std::string base = version_of(result, row.backend, &Row::base),
                      head = version_of(result, row.backend, &Row::head);
    document.facts.push_back(
        {row.backend, base == head ? base : fmt::format("base {}; head {}", base, head), false});
  }
}

void add_facts(Document& document, const Result& result) {
  const Plan& plan = result.plan;
  document.facts = {
      {"base", result.base, true},
      {"head", result.head, true},
      {"command", result.command, true},
      {"processes",
       fmt::format("{} screen every benchmark, {} fresh ones measure again what those leave open",
                   plan.screen, plan.confirm),
       false},
      {"rounds",
       fmt::format("{} in each process, base and head in turn, in batches of about {:.3g} ms", plan.rounds,
                   1e3 * plan.batch_seconds),
       false},
      {"margin", fmt::format("{}: a slowdown up to here is none", percent(plan.margin)), false},
      {"level",
       fmt::format("{}: how often a gate may fail though no benchmark is slower than the margin",
                   percent(plan.level)),
       false},
      {"detection", detection(result), false},
      {"time", fmt::format("{:.0f} s", result.seconds), false}};
  for (const auto& [key, value] : result.facts)
    document.facts.push_back({key, value, key == "flags" || key == "commit"});
  add_versions(document, result);
}

Section complaint_section(const Result& result) {
  Section section{"Why there is no verdict", {}, {}, {}};
  std::size_t left_out = 0;
  for (const auto* texts : {&result.complaints, &result.doubts})
    for (const std::string& text : *texts)
      if (section.paragraphs.size() < most_complaints)
        section.paragraphs.push_back(cut(text, longest_complaint));
      else
        ++left_out;
  if (left_out > 0) section.paragraphs.push_back(fmt::format("And {} more, in the JSON.", left_out));
  return section;
}

void add_rest(Section& section, std::size_t all, std::size_t shown) {
  if (all > shown)
    section.paragraphs.push_back(
        fmt::format("Here are {} of {}, and {} more, in the CSV.", shown, all, all - shown));
}

Section eyes_section(const Rows& rows, std::size_t most) {
  Section section{"What needs eyes",
                  {"The ratio is the head's time over the base's: 1.05 is 5 % slower. Detectable is the "
                   "slowdown that would have been found 4 times of 5; runs are processes x rounds in each."},
                  {},
                  {row_table(rows, most)}};
  add_rest(section, rows.size(), section.tables[0].rows().size());
  return section;
}

Section pass_section(const Rows& rows, std::size_t most) {
  Section section{"Passed", {"Not slower than the margin, and it would have shown."}, {}, {}};
  if (most > 0) section.tables = {row_table(rows, most)};
  add_rest(section, rows.size(), std::min(rows.size(), most));
  return section;
}

Section control_section(const std::vector<Row>& controls) {
  Section section{"A copy of the base against the base",
                  {"Measured as all the others, without being told apart: what differs here is an error of "
                   "the measurement."},
                  {},
                  {control_table(controls, most_controls)}};
  add_rest(section, controls.size(), section.tables[0].rows().size());
  return section;
}

bool is_drawable(const Row& row) {
  return is_timed(row) && row.low > 0 && row.low <= row.ratio && row.ratio <= row.high &&
         std::isfinite(row.high);
}

/// The ratios of the timed rows in rising order, evenly along the axis up to `last`.
reports::Series sorted_ratios(std::string name, const std::vector<Row>& rows, double last) {
  Rows timed;
  for (const Row& row : rows)
    if (is_drawable(row)) timed.push_back(&row);
  std::stable_sort(timed.begin(), timed.end(),
                   [](const Row* a, const Row* b) { return a->ratio < b->ratio; });
  reports::Series series;
  series.name = std::move(name);
  const double step = timed.size() > 1 ? (last - 1) / static_cast<double>(timed.size() - 1) : 1;
  for (std::size_t i = 0; i < timed.size(); ++i) {
    series.x.push_back(1 + step * static_cast<double>(i));
    series.y.push_back(timed[i]->ratio);
    series.low.push_back(timed[i]->low);
    series.high.push_back(timed[i]->high);
  }
  return series;
}

void add_chart(Document& document, const Result& result) {
  const auto count =
      static_cast<std::size_t>(std::count_if(result.rows.begin(), result.rows.end(), is_drawable));
  if (count < least_for_chart) return;
  const auto last = static_cast<double>(count);
  const double margin = 1 + result.plan.margin;
  reports::Chart chart;
  chart.title = "Ratios and their intervals, in rising order";
  chart.x_label = "benchmarks, the fastest head first";
  chart.y_label = "head's time over base's";
  chart.series = {sorted_ratios("head", result.rows, last),
                  sorted_ratios("copy of the base", result.controls, last),
                  {"margin", {1, last}, {margin, margin}, {}, {}}};
  document.sections.push_back({"All ratios", {}, {std::move(chart)}, {}});
}

Section method_section(const Plan& plan) {
  return {"How it decided",
          {fmt::format(
              "A process times both builds in turn, batch by batch, and the middle of its ratios is its one "
              "vote. What {} processes leave open is measured again by {} fresh ones, which alone can fail "
              "it: by an exact signed-rank test against the margin of {}, at a level of {} for all "
              "benchmarks together (Holm). A slowdown that shows in time alone must also hold on most of "
              "the layouts that the code is moved to; more allocations or library calls per call fail by "
              "themselves, and what could not have shown {} is inconclusive, which is no pass.",
              plan.screen, plan.confirm, percent(plan.margin), percent(plan.level), percent(plan.detect))},
          {},
          {}};
}

/// What JUnit tells agrees with the exit code: skipped is what lets a gate through though it needs eyes.
Outcome outcome_of(State state) {
  switch (state) {
    case State::pass:
    case State::improvement:
      return Outcome::pass;
    case State::acknowledged:
    case State::layout_sensitive:
      return Outcome::skip;
    case State::regression:
    case State::wrong:
      return Outcome::fail;
    case State::inconclusive:
    case State::missing:
      break;
  }
  return Outcome::error;
}

TestRow test_of(const Row& row) {
  TestRow test{row.backend,
               row.benchmark,
               is_timed(row) ? row.base_seconds * row.ratio : 0,
               outcome_of(row.state),
               {}};
  if (!std::isfinite(test.seconds)) test.seconds = 0;
  if (test.outcome == Outcome::pass) return test;
  test.message =
      fmt::format("{}: {}", to_string(row.state), cut(row.reason, std::numeric_limits<std::size_t>::max()));
  const reports::Table table = row_table({&row}, 1);
  for (std::size_t i = 0; i < table.columns().size(); ++i)
    if (const std::string text = table.text(0, i); !text.empty() && table.columns()[i].name != "reason")
      test.message += fmt::format("\n{}: {}", table.heading(i), text);
  return test;
}

TestRow verdict_test(const Result& result) {
  TestRow test{"gate",
               "verdict",
               result.seconds,
               result.code == exit_held     ? Outcome::pass
               : result.code == exit_failed ? Outcome::fail
                                            : Outcome::error,
               {}};
  if (test.outcome == Outcome::pass) return test;
  test.message = verdict_of(result);
  for (const auto* texts : {&result.complaints, &result.doubts})
    for (const std::string& text : *texts) test.message += fmt::format("\n{}", text);
  return test;
}

std::string value_of(const Facts& facts, std::string_view wanted) {
  for (const auto& [key, value] : facts)
    if (key == wanted) return value;
  return "unknown";
}

}  // namespace

Document gate_report(const Result& result, std::size_t most_rows) {
  Document document;
  document.title = "lockstep gate: head against base";
  document.lead = {verdict_sentence(result), tally(result)};
  add_facts(document, result);
  document.caption = {fmt::format("{} · {}", value_of(result.facts, "cpu"), value_of(result.facts, "date")),
                      result.command, verdict_sentence(result)};
  document.series_order = {"head", "copy of the base", "margin"};

  const Rows eyes = rows_for_eyes(result.rows), passed = passes(result.rows);
  const std::size_t left = most_rows - std::min(most_rows, eyes.size());
  if (!result.complaints.empty() || !result.doubts.empty())
    document.sections.push_back(complaint_section(result));
  if (!eyes.empty()) document.sections.push_back(eyes_section(eyes, most_rows));
  if (!passed.empty()) document.sections.push_back(pass_section(passed, left));
  add_chart(document, result);
  if (!result.controls.empty()) document.sections.push_back(control_section(result.controls));
  document.sections.push_back(method_section(result.plan));
  document.records = records_table(result);
  document.tests = {verdict_test(result)};
  for (const Row& row : result.rows) document.tests.push_back(test_of(row));
  return document;
}

}  // namespace lockstep::gate
