#include "bench/report_tables.h"

#include <algorithm>

#include <fmt/format.h>

#include "bench/roof_tables.h"
#include "reports/columns.h"

namespace lockstep {
namespace {

using reports::Align;
using reports::Cell;
using reports::Column;
using reports::number;
using reports::Row;
using reports::Table;
using reports::words;

constexpr double micro = 1e6, nano = 1e9, giga = 1e-9, percent = 100;

Cell whole_or_missing(std::int64_t value) {
  if (value > 0) return value;
  return {};
}
Cell real_if(bool known, double value) {
  if (known) return value;
  return {};
}

std::vector<std::string> backends_of(const std::vector<CurveFamily>& families) {
  std::vector<std::string> names;
  for (const auto& family : families)
    for (const auto& curve : family.curves)
      if (std::find(names.begin(), names.end(), curve.labels.backend) == names.end())
        names.push_back(curve.labels.backend);
  return names;
}

const Curve* fastest_of(const CurveFamily& family, std::int64_t time_steps) {
  const Curve* fastest = nullptr;
  for (const Curve& curve : family.curves)
    if (const auto* point = curve.at(time_steps))
      if (fastest == nullptr || point->median() < fastest->at(time_steps)->median()) fastest = &curve;
  return fastest;
}

}  // namespace

Table records_table(const Results& results) {
  const bool roofs = std::any_of(results.measurements.begin(), results.measurements.end(),
                                 [](const Measurement& row) { return row.roof.has_value(); });
  std::vector<Column> columns{words("name", "Name"),
                              words("what", "What"),
                              words("layer", "Layer"),
                              words("variant", "Variant"),
                              number("batch", "B"),
                              number("time_steps", "T"),
                              number("features", "F"),
                              number("units", "U"),
                              number("threads", "Threads"),
                              words("backend", "Backend"),
                              words("method", "Method"),
                              words("verdict", "Verdict"),
                              words("reason", "Reason"),
                              number("error_over_tolerance", "Error/tolerance"),
                              number("repetitions", "Repetitions"),
                              number("iterations", "Iterations"),
                              number("median_us", "Median", "us"),
                              number("lowest_us", "Lowest", "us"),
                              number("highest_us", "Highest", "us"),
                              number("steps_per_second", "Throughput", "steps/s"),
                              number("gflops", "GFLOP/s"),
                              number("ns_per_step", "Time per step", "ns"),
                              number("allocations_per_call", "Allocations per call")};
  if (roofs)
    for (Column& column :
         std::vector<Column>{number("percent_of_peak", "Of peak", "%"), number("roof_us", "Roof", "us"),
                             number("percent_of_roof", "Of roof", "%"), words("bound_by", "Bound by"),
                             words("above_roof", "Above roof")})
      columns.push_back(std::move(column));
  const bool latencies = std::any_of(results.measurements.begin(), results.measurements.end(),
                                     [](const Measurement& row) { return row.latency.has_value(); });
  if (latencies)
    for (Column& column : std::vector<Column>{
             number("calls", "Calls"), number("p50_us", "p50", "us"), number("p99_us", "p99", "us"),
             number("p99_9_us", "p99.9", "us"), number("max_us", "Max", "us"),
             number("first_call_us", "First call", "us"), number("prepare_us", "To make ready", "us")})
      columns.push_back(std::move(column));
  Table table("Records", std::move(columns));
  for (const Measurement& row : results.measurements) {
    const Labels& labels = row.labels;
    Row cells{row.name,
              labels.what,
              labels.layer,
              labels.variant,
              whole_or_missing(labels.batch),
              whole_or_missing(labels.time_steps),
              whole_or_missing(labels.features),
              whole_or_missing(labels.units),
              std::int64_t{labels.threads},
              labels.backend,
              row.method,
              row.verdict,
              row.reason,
              real_if(row.verdict == "pass", row.share_of_tolerance),
              static_cast<std::int64_t>(row.seconds.size())};
    if (row.timed()) {
      const double median = row.median();
      cells.emplace_back(row.iterations);
      for (const double seconds : {median, row.lowest(), row.highest()}) cells.emplace_back(seconds * micro);
      cells.push_back(real_if(row.steps_per_call > 0, row.steps_per_second()));
      cells.push_back(real_if(row.flops_per_call > 0, row.flops_per_call / median * giga));
      cells.push_back(
          real_if(row.steps_per_call > 0, row.steps_per_call > 0 ? median * nano / row.steps_per_call : 0));
      cells.emplace_back(row.allocations);
      if (row.roof) {
        cells.push_back(real_if(row.flops_per_call > 0, row.share_of_peak() * percent));
        cells.emplace_back(row.roof->seconds * micro);
        cells.emplace_back(row.share_of_roof() * percent);
        cells.emplace_back(row.roof->bound_by);
        cells.emplace_back(row.above_roof() ? "yes" : "no");
      }
    }
    if (latencies && row.latency) {
      constexpr std::size_t of_latency = 7;
      const Latency& one = *row.latency;
      cells.resize(table.columns().size() - of_latency);
      cells.emplace_back(one.calls);
      for (const double seconds : {one.p50, one.p99, one.p99_9, one.highest, one.first_call, one.prepare})
        cells.emplace_back(seconds * micro);
    }
    cells.resize(table.columns().size());
    table.add(std::move(cells));
  }
  return table;
}

Table throughput_table(const std::vector<CurveFamily>& families) {
  const auto backends = backends_of(families);
  std::vector<Column> columns{words("family", "Layer"), number("time_steps", "T")};
  for (const auto& backend : backends) columns.push_back(number(backend, backend, "thousand steps/s"));
  columns.push_back(words("fastest", "Fastest"));
  columns.push_back(number("ratio", "Ahead of the next", "x", 3));
  Table table("Throughput at the longest sequence", columns);
  for (const CurveFamily& family : families) {
    std::int64_t longest = 0;
    for (const Curve& curve : family.curves) longest = std::max(longest, curve.labels.time_steps);
    Row cells{family.title, longest};
    for (const auto& backend : backends) {
      const Curve* curve = family.of(backend);
      const Measurement* point = curve != nullptr ? curve->at(longest) : nullptr;
      cells.push_back(real_if(point != nullptr, point != nullptr ? point->steps_per_second() / 1e3 : 0));
    }
    const Curve* fastest = fastest_of(family, longest);
    const Curve* second = nullptr;
    for (const Curve& curve : family.curves)
      if (&curve != fastest && curve.at(longest) != nullptr &&
          (second == nullptr || curve.at(longest)->median() < second->at(longest)->median()))
        second = &curve;
    cells.emplace_back(fastest->labels.backend);
    cells.push_back(
        real_if(second != nullptr,
                second != nullptr ? second->at(longest)->median() / fastest->at(longest)->median() : 0));
    table.add(std::move(cells));
  }
  return table;
}

Table ranking_table(const std::vector<CurveFamily>& families) {
  const bool roofs = std::any_of(families.begin(), families.end(), [](const CurveFamily& family) {
    return std::any_of(family.curves.begin(), family.curves.end(),
                       [](const Curve& curve) { return curve.points.back()->roof.has_value(); });
  });
  Table table("Throughput", {words("family", "Layer"), number("time_steps", "T"), words("backend", "Backend"),
                             number("throughput", "ksteps/s"),
                             roofs ? words("roof", "Roof") : number("gflops", "GFLOP/s")});
  for (const CurveFamily& family : families) {
    std::vector<const Measurement*> points;
    for (const Curve& curve : family.curves) points.push_back(curve.points.back());
    std::stable_sort(points.begin(), points.end(), [](const Measurement* a, const Measurement* b) {
      return a->steps_per_second() > b->steps_per_second();
    });
    for (const Measurement* point : points)
      table.add({short_title_of(point->labels), point->labels.time_steps, point->labels.backend,
                 point->steps_per_second() / 1e3,
                 roofs ? Cell(roof_text(*point))
                       : real_if(point->flops_per_call > 0, point->flops_per_call / point->median() * giga)});
  }
  return table;
}

Table fit_table(const std::vector<CurveFamily>& families) {
  Table table(
      "Time against sequence length: t(T) = a + b T",
      {words("family", "Layer"), words("backend", "Backend"), number("overhead", "Call overhead a", "us", 3),
       number("per_step", "Marginal step b", "ns"), number("fit_error", "Largest misfit", "%", 2),
       number("gflops", "GFLOP/s at the longest T"), number("spread", "Spread", "%", 2),
       number("allocations", "Allocations per call"), words("method", "Method")});
  for (const CurveFamily& family : families)
    for (const Curve& curve : family.curves) {
      const auto fit = curve.fit();
      if (!fit) continue;
      const Measurement& last = *curve.points.back();
      table.add({family.title, curve.labels.backend, fit->overhead * micro, fit->per_step * nano,
                 fit->largest_relative_error * percent,
                 real_if(last.flops_per_call > 0, last.flops_per_call / last.median() * giga),
                 (last.highest() - last.lowest()) / last.median() * percent, last.allocations, last.method});
    }
  return table;
}

std::vector<DensePair> dense_pairs(const std::vector<CurveFamily>& families) {
  const std::string flattened = "style:flattened", per_step = "style:time_distributed";
  std::vector<DensePair> pairs;
  for (const CurveFamily& family : families) {
    const auto at = family.title.find(flattened);
    if (at == std::string::npos) continue;
    const std::string other = std::string(family.title).replace(at, flattened.size(), per_step);
    const auto found = std::find_if(families.begin(), families.end(),
                                    [&](const CurveFamily& one) { return one.title == other; });
    if (found == families.end()) continue;
    std::string title =
        std::string(family.title).erase(at > 0 ? at - 1 : at, flattened.size() + (at > 0 ? 1 : 0));
    pairs.push_back({std::move(title), &family, &*found});
  }
  return pairs;
}

Table dense_style_table(const std::vector<CurveFamily>& families) {
  Table table("Dense on the whole sequence against TimeDistributed(Dense)",
              {words("family", "Layer"), number("time_steps", "T"), words("backend", "Backend"),
               number("flattened", "One product", "us"), number("per_step", "One per step", "us"),
               number("ratio", "Per step / one", "x", 3)});
  for (const DensePair& pair : dense_pairs(families))
    for (const Curve& curve : pair.flattened->curves) {
      const Curve* other = pair.per_step->of(curve.labels.backend);
      if (other == nullptr) continue;
      for (const Measurement* point : curve.points)
        if (const Measurement* same = other->at(point->labels.time_steps))
          table.add({pair.title, point->labels.time_steps, curve.labels.backend, point->median() * micro,
                     same->median() * micro, same->median() / point->median()});
    }
  return table;
}

Table prepare_table(const std::vector<CurveFamily>& families) {
  Table table("Making a layer ready", {words("family", "Layer"), number("time_steps", "T"),
                                       words("backend", "Backend"), number("median", "Median", "us"),
                                       number("lowest", "Lowest", "us"), number("highest", "Highest", "us")});
  for (const CurveFamily& family : families)
    for (const Curve& curve : family.curves)
      for (const Measurement* point : curve.points)
        table.add({family.title, point->labels.time_steps, curve.labels.backend, point->median() * micro,
                   point->lowest() * micro, point->highest() * micro});
  return table;
}

Table untimed_table(const Results& results) {
  Table table("Not timed", {{"name", "Benchmark", "", Align::left, 4, true},
                            words("verdict", "Verdict"),
                            words("reason", "Reason"),
                            {"repro", "Repeat it with", "", Align::left, 4, true}});
  for (const Measurement& row : results.measurements)
    if (!row.timed()) table.add({row.name, row.verdict, row.reason, repro_of(row)});
  return table;
}

}  // namespace lockstep
