#include "bench/gate/report_tables.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "reports/columns.h"
#include "reports/text.h"

namespace lockstep::gate {
namespace {

using reports::Cell;
using reports::Column;
using reports::number;
using reports::words;

constexpr int ratio_digits = 4, percent_digits = 3;
constexpr std::size_t longest_reason = 160;

/// The states as a reader is to see them, the most urgent first.
constexpr std::array urgency = {State::regression,       State::wrong,        State::missing,
                                State::layout_sensitive, State::inconclusive, State::acknowledged,
                                State::improvement,      State::pass};

auto urgency_of(const Row& row) {
  return std::find(urgency.begin(), urgency.end(), row.state) - urgency.begin();
}

bool is_shown_before(const Row* a, const Row* b) {
  if (a->state != b->state) return urgency_of(*a) < urgency_of(*b);
  return a->state == State::improvement ? a->ratio < b->ratio : a->ratio > b->ratio;
}

Cell real(double value) {
  return std::isfinite(value) ? Cell(value) : Cell();
}
Cell timed(const Row& row, double value) {
  return is_timed(row) ? real(value) : Cell();
}
Cell whole(std::int64_t value) {
  return value;
}
Cell yes_or_no(bool yes) {
  return yes ? "yes" : "no";
}
/// What a build counted, if it was right.
Cell counted(const Proof& proof, std::int64_t value) {
  return proof.verdict == "pass" ? whole(value) : Cell();
}

std::string ratio_text(double ratio) {
  return reports::to_text(real(ratio), ratio_digits);
}
Cell interval(const Row& row) {
  return is_timed(row) ? Cell(fmt::format("{} to {}", ratio_text(row.low), ratio_text(row.high))) : Cell();
}
Cell extent(const Row& row) {
  return is_timed(row) ? Cell(fmt::format("{} x {}", row.processes, row.rounds)) : Cell();
}
Cell effect(const Row& row) {
  return timed(row, 100 * row.detectable);
}

Column right(std::string name, std::string heading) {
  return {.name = std::move(name), .heading = std::move(heading), .align = reports::Align::right};
}

std::vector<Column> numbers() {
  return {number("ratio", "Ratio", "", ratio_digits), right("interval", "95 % interval"),
          number("detectable_percent", "Detectable", "%", percent_digits), right("extent", "Runs")};
}

std::string layouts_of(const Row& row) {
  std::string text;
  for (const double ratio : row.layouts) (text += text.empty() ? "" : " ") += ratio_text(ratio);
  return text;
}

const Row* control_of(const Result& result, const std::string& benchmark) {
  const auto found = std::ranges::find(result.controls, benchmark, &Row::benchmark);
  return found == result.controls.end() ? nullptr : &*found;
}

}  // namespace

bool is_timed(const Row& row) {
  return row.processes > 0;
}

Rows rows_for_eyes(const std::vector<Row>& rows) {
  Rows found;
  for (const Row& row : rows)
    if (row.state != State::pass) found.push_back(&row);
  std::stable_sort(found.begin(), found.end(), is_shown_before);
  return found;
}

Rows passes(const std::vector<Row>& rows) {
  Rows found;
  for (const Row& row : rows)
    if (row.state == State::pass) found.push_back(&row);
  return found;
}

reports::Table row_table(const Rows& rows, std::size_t most) {
  std::vector<Column> columns = {words("state", "State"), words("benchmark", "Benchmark", true)};
  for (Column& one : numbers()) columns.push_back(std::move(one));
  columns.push_back(words("reason", "Reason"));
  reports::Table table("", std::move(columns));
  for (std::size_t i = 0; i < std::min(rows.size(), most); ++i) {
    const Row& row = *rows[i];
    table.add({std::string(to_string(row.state)), row.benchmark, timed(row, row.ratio), interval(row),
               effect(row), extent(row), cut(row.reason, longest_reason)});
  }
  return table;
}

reports::Table control_table(const std::vector<Row>& controls, std::size_t most) {
  Rows rows;
  for (const Row& row : controls) rows.push_back(&row);
  const auto difference = [](const Row* row) { return std::abs(std::log(row->ratio)); };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row* a, const Row* b) { return difference(a) > difference(b); });
  std::vector<Column> columns = {words("benchmark", "Benchmark", true)};
  for (Column& one : numbers()) columns.push_back(std::move(one));
  reports::Table table("", std::move(columns));
  for (std::size_t i = 0; i < std::min(rows.size(), most); ++i) {
    const Row& row = *rows[i];
    table.add({row.benchmark, timed(row, row.ratio), interval(row), effect(row), extent(row)});
  }
  return table;
}

reports::Table records_table(const Result& result) {
  reports::Table table("Records", {words("benchmark", "Benchmark", true),
                                   words("backend", "Backend"),
                                   words("state", "State"),
                                   words("reason", "Reason"),
                                   number("ratio", "Ratio", "", ratio_digits),
                                   number("low", "95 % interval from", "", ratio_digits),
                                   number("high", "95 % interval to", "", ratio_digits),
                                   number("p", "p"),
                                   number("detectable_percent", "Detectable", "%", percent_digits),
                                   number("processes", "Processes"),
                                   number("rounds", "Rounds in each"),
                                   words("confirmed", "Confirmed"),
                                   words("alternating", "In processes of their own"),
                                   number("base_seconds", "A call of the base", "s"),
                                   number("base_allocations", "Allocations per call, base"),
                                   number("head_allocations", "Allocations per call, head"),
                                   number("base_library_calls", "Library calls per call, base"),
                                   number("head_library_calls", "Library calls per call, head"),
                                   words("base_verdict", "Base verified"),
                                   words("head_verdict", "Head verified"),
                                   words("same_bits", "Same outputs, bit by bit"),
                                   words("layouts", "Ratios on other layouts"),
                                   number("control_ratio", "Control's ratio", "", ratio_digits),
                                   number("control_low", "Control's interval from", "", ratio_digits),
                                   number("control_high", "Control's interval to", "", ratio_digits)});
  const Row none;
  for (const Row& row : result.rows) {
    const Row* found = control_of(result, row.benchmark);
    const Row& control = found == nullptr ? none : *found;
    const bool proven = row.base.verdict == "pass" && row.head.verdict == "pass";
    table.add({row.benchmark,
               row.backend,
               std::string(to_string(row.state)),
               row.reason,
               timed(row, row.ratio),
               timed(row, row.low),
               timed(row, row.high),
               timed(row, row.p),
               effect(row),
               whole(row.processes),
               whole(row.rounds),
               yes_or_no(row.confirmed),
               yes_or_no(row.alternating),
               timed(row, row.base_seconds),
               counted(row.base, row.base.allocations),
               counted(row.head, row.head.allocations),
               counted(row.base, row.base.library_calls),
               counted(row.head, row.head.library_calls),
               row.base.verdict,
               row.head.verdict,
               proven ? yes_or_no(row.base.digest == row.head.digest) : Cell(),
               layouts_of(row),
               timed(control, control.ratio),
               timed(control, control.low),
               timed(control, control.high)});
  }
  return table;
}

std::string cut(std::string_view text, std::size_t most) {
  std::string line = reports::clean_text(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  if (reports::width(line) <= most) return line;
  std::size_t end = 0;
  for (std::size_t seen = 0; seen < most; ++end)
    if ((static_cast<unsigned char>(line[end]) & 0xC0U) != 0x80U) ++seen;  // starts a character
  return line.substr(0, end - 1) + "…";
}

}  // namespace lockstep::gate
