#include "bench/roof_tables.h"

#include <fmt/format.h>

#include "bench/row_roofs.h"
#include "reports/columns.h"

namespace lockstep {
namespace {

using reports::number;
using reports::words;
constexpr double percent = 100, giga = 1e-9, micro = 1e6;

reports::Cell if_counted(const Measurement& row, double value) {
  if (row.flops_per_call > 0) return value;
  return {};
}

}  // namespace

reports::Table roof_table(const std::vector<CurveFamily>& families) {
  reports::Table table("Share of the roof at the longest sequence",
                       {words("family", "Layer"), number("time_steps", "T"), words("backend", "Backend"),
                        number("gflops", "GFLOP/s"), number("percent_of_peak", "Peak", "%", 3),
                        number("percent_of_roof", "Roof", "%", 3), words("bound_by", "Bound by")});
  for (const CurveFamily& family : families)
    for (const Curve& curve : family.curves) {
      const Measurement& last = *curve.points.back();
      if (!last.roof) continue;
      table.add({family.title, last.labels.time_steps, curve.labels.backend,
                 if_counted(last, last.flops_per_call / last.median() * giga),
                 if_counted(last, last.share_of_peak() * percent), last.share_of_roof() * percent,
                 last.roof->bound_by});
    }
  return table;
}

reports::Table above_roof_table(const Results& results) {
  reports::Table table(
      "Above the roof",
      {words("name", "Benchmark", true), number("median", "Median", "us"), number("roof", "Roof", "us"),
       number("percent_of_roof", "Of the roof", "%", 3), words("bound_by", "Bound by")});
  for (const Measurement* row : rows_above_roof(results.measurements))
    table.add({row->name, row->median() * micro, row->roof->seconds * micro, row->share_of_roof() * percent,
               row->roof->bound_by});
  return table;
}

std::string above_roof_text(const Measurement& row) {
  return fmt::format(
      "{:.0f} % of its roof (bound by {}): it computes less than was counted, or the ceilings are too low",
      row.share_of_roof() * percent, row.roof->bound_by);
}

std::string roof_text(const Measurement& row) {
  if (!row.roof) return {};
  return fmt::format("{:.0f}% {}", row.share_of_roof() * percent, row.roof->bound_by);
}

}  // namespace lockstep
