#include "bench/latency/latency_tables.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "bench/curves.h"
#include "reports/columns.h"

namespace lockstep {
namespace {

using reports::Cell;
using reports::Column;
using reports::number;
using reports::Table;
using reports::words;

constexpr double micro = 1e6, nano = 1e9;

std::vector<const Measurement*> rows_with_latency(const Results& results) {
  std::vector<const Measurement*> rows;
  for (const Measurement& row : results.measurements)
    if (row.latency) rows.push_back(&row);
  return rows;
}

/// Fewer calls have no such percentile: it would be their longest.
Cell percentile_cell(double seconds, std::int64_t calls, std::int64_t least) {
  if (calls < least) return {};
  return seconds * micro;
}
Cell p99(const Latency& one) {
  return percentile_cell(one.p99, one.calls, 100);
}
Cell p99_9(const Latency& one) {
  return percentile_cell(one.p99_9, one.calls, 1000);
}

/// "gru B1 F64 U64": without what is usual, since there is no room for it.
std::string name_of(const Labels& labels) {
  const std::string usual = " reset_after:1";
  std::string name = short_title_of(labels);
  if (const auto at = name.find(usual); at != std::string::npos) name.erase(at, usual.size());
  return name;
}

/// Audio has one sample per step: how many times as fast as they come at 48 kHz.
bool is_of_samples(const Measurement& row) {
  return row.labels.features == 1;
}
Cell times_real_time(const Measurement& row) {
  constexpr double samples_per_second = 48'000;
  if (!is_of_samples(row)) return {};
  return 1 / (samples_per_second * row.latency->p50);
}

}  // namespace

Table latency_table(const Results& results) {
  const auto rows = rows_with_latency(results);
  const bool samples =
      std::any_of(rows.begin(), rows.end(), [](const auto* row) { return is_of_samples(*row); });
  std::vector<Column> columns{words("family", "Layer"),
                              words("backend", "Backend"),
                              number("calls", "Calls"),
                              number("p50", "p50", "us"),
                              number("p99", "p99", "us"),
                              number("p99_9", "p99.9", "us"),
                              number("max", "Max", "us"),
                              number("first_call", "First call", "us"),
                              number("prepare", "To make ready", "us"),
                              number("allocations", "Allocations per call"),
                              words("method", "Method")};
  if (samples) columns.push_back(number("real_time", "p50 at 48 kHz", "x real time", 3));
  Table table("Latency of one step", columns);
  for (const Measurement* row : rows) {
    const Latency& one = *row->latency;
    reports::Row cells{title_of(row->labels),
                       row->labels.backend,
                       one.calls,
                       one.p50 * micro,
                       p99(one),
                       p99_9(one),
                       one.highest * micro,
                       one.first_call * micro,
                       one.prepare * micro,
                       row->allocations,
                       row->method};
    if (samples) cells.push_back(times_real_time(*row));
    table.add(std::move(cells));
  }
  return table;
}

Table short_latency_table(const Results& results) {
  const auto rows = rows_with_latency(results);
  std::set<std::string> families;
  for (const Measurement* row : rows) families.insert(name_of(row->labels));
  const bool several = families.size() > 1;
  const bool samples =
      std::any_of(rows.begin(), rows.end(), [](const auto* row) { return is_of_samples(*row); });
  std::vector<Column> columns;
  if (several) columns.push_back(words("family", "Layer"));
  for (Column& column : std::vector<Column>{
           words("backend", "Backend"), number("p50", "p50 us", {}, 3), number("p99", "p99", {}, 3),
           number("p99_9", "p99.9", {}, 3), number("max", "Max", {}, 3), number("first_call", "First", {}, 3),
           samples ? number("real_time", "x48kHz", {}, 3) : number("allocations", "Allocs")})
    columns.push_back(std::move(column));
  Table table("Latency of one step", columns);
  for (const Measurement* row : rows) {
    const Latency& one = *row->latency;
    reports::Row cells;
    if (several) cells.emplace_back(name_of(row->labels));
    for (Cell& cell :
         std::vector<Cell>{row->labels.backend, one.p50 * micro, p99(one), p99_9(one), one.highest * micro,
                           one.first_call * micro, samples ? times_real_time(*row) : Cell(row->allocations)})
      cells.push_back(std::move(cell));
    table.add(std::move(cells));
  }
  return table;
}

std::string latency_text(const Results& results) {
  const auto rows = rows_with_latency(results);
  if (rows.empty()) return {};
  const auto [fewest, most] = std::minmax_element(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
    return a->latency->calls < b->latency->calls;
  });
  const std::int64_t low = (*fewest)->latency->calls, high = (*most)->latency->calls;
  double clock = 0;
  for (const Measurement* row : rows) clock = std::max(clock, row->latency->clock);
  return fmt::format(
      "One time step per call, in turn, each from the states that the call before it ended in. Percentiles "
      "are "
      "by nearest rank, of {} calls each; a call has one reading of the clock in it, {:.0f} ns. The first "
      "call is "
      "that of a layer or model just made ready.",
      low == high ? fmt::format("{}", low) : fmt::format("{} to {}", low, high), clock * nano);
}

}  // namespace lockstep
