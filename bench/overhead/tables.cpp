#include "bench/overhead/tables.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "bench/curves.h"
#include "reports/columns.h"

namespace lockstep {
namespace {

using reports::number;
using reports::words;

constexpr double micro = 1e6;

/// "lstm B64 U256": without what is as usual, for a table that fits a terminal.
std::string brief_title(Labels labels) {
  if (labels.variant == "reset_after:1") labels.variant.clear();
  if (labels.features == labels.units) labels.features = 0;
  return short_title_of(labels);
}

std::string range(double lowest, double highest) {
  return fmt::format("{:.2f}-{:.2f}", lowest, highest);
}

std::size_t count_within(const std::vector<Overhead>& overheads) {
  return static_cast<std::size_t>(
      std::count_if(overheads.begin(), overheads.end(), [](const Overhead& one) { return one.within(); }));
}

/// "0.97-1.04, 36 of 36"; nothing of none.
reports::Cell in_brief(const std::vector<Overhead>& overheads) {
  if (overheads.empty()) return {};
  double lowest = overheads.front().ratio().median, highest = lowest;
  for (const Overhead& one : overheads) {
    lowest = std::min(lowest, one.ratio().median);
    highest = std::max(highest, one.ratio().median);
  }
  return fmt::format("{}, {} of {}", range(lowest, highest), count_within(overheads), overheads.size());
}

template <class Value>
void add_new(std::vector<Value>& all, const Value& one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

}  // namespace

reports::Table overhead_table(const std::vector<Overhead>& overheads) {
  reports::Table table("Backend against raw calls, in us",
                       {words("layer", "Layer"), number("time_steps", "T"), words("backend", "Backend"),
                        number("adapter_us", "Adapter"), number("raw_us", "Raw"),
                        number("ratio", "Ratio", {}, 3), words("quartiles", "Quartiles")});
  for (const Overhead& one : overheads) {
    const Labels& labels = one.adapter->labels;
    const Middle ratio = one.ratio();
    table.add({brief_title(labels), labels.time_steps, labels.backend, one.adapter->median() * micro,
               one.raw->median() * micro, ratio.median, range(ratio.lower_quartile, ratio.upper_quartile)});
  }
  return table;
}

reports::Table overhead_summary(const std::vector<Overhead>& overheads) {
  std::vector<std::string> layers, backends;
  std::map<std::pair<std::string, std::string>, std::vector<Overhead>> cells;
  for (const Overhead& one : overheads) {
    const Labels& labels = one.adapter->labels;
    add_new(layers, labels.layer);
    add_new(backends, labels.backend);
    cells[{labels.layer, labels.backend}].push_back(one);
  }
  std::vector<reports::Column> columns{words("layer", "Layer")};
  for (const std::string& backend : backends) columns.push_back(words(backend, backend));
  reports::Table table("Ratio to the raw calls, and how many are within 5 %", columns);
  for (const std::string& layer : layers) {
    reports::Row row{layer};
    for (const std::string& backend : backends) row.push_back(in_brief(cells[{layer, backend}]));
    table.add(std::move(row));
  }
  return table;
}

reports::Table call_cost_table(const std::vector<OverheadCurve>& curves) {
  reports::Table table("A call and a step: t(T) = a + b T, in us",
                       {words("layer", "Layer"), words("backend", "Backend"), number("a_us", "a", {}, 3),
                        number("raw_a_us", "Raw a", {}, 3), number("b_us", "b"), number("raw_b_us", "Raw b"),
                        words("cheap", "Cheap")});
  for (const OverheadCurve& curve : curves) {
    if (!curve.cost) continue;
    const Labels& labels = curve.points.front().adapter->labels;
    const CallCost& cost = *curve.cost;
    table.add({brief_title(labels), labels.backend, cost.a.median * micro, cost.raw_a.median * micro,
               cost.b.median * micro, cost.raw_b.median * micro, cost.cheap()});
  }
  return table;
}

reports::Table asked_table(const std::vector<OverheadCurve>& curves) {
  reports::Table table(
      "What a call on the longest sequence asks for",
      {words("layer", "Layer"), words("backend", "Backend"), number("allocations", "Heap"),
       number("raw_allocations", "Raw"), number("library_calls", "Calls"), number("raw_library_calls", "Raw"),
       number("reorders", "Reorders"), number("reorders_to_prepare", "Once")});
  const auto counted = [](const Measurement& row, std::int64_t LibraryCalls::*what) -> reports::Cell {
    if (!row.library_calls) return {};
    return (*row.library_calls).*what;
  };
  for (const OverheadCurve& curve : curves) {
    const Overhead& longest = curve.points.back();
    const Labels& labels = longest.adapter->labels;
    table.add({brief_title(labels), labels.backend, longest.adapter->allocations, longest.raw->allocations,
               counted(*longest.adapter, &LibraryCalls::calls), counted(*longest.raw, &LibraryCalls::calls),
               counted(*longest.adapter, &LibraryCalls::reorders),
               counted(*longest.adapter, &LibraryCalls::reorders_to_prepare)});
  }
  return table;
}

std::vector<std::string> call_cost_texts(const std::vector<OverheadCurve>& curves) {
  std::size_t fitted = 0, cheap = 0, open = 0, problems = 0, no_allocation = 0, counted = 0, no_reorder = 0;
  for (const OverheadCurve& curve : curves) {
    if (curve.cost) {
      ++fitted;
      cheap += curve.cost->cheap() == "yes" ? 1 : 0;
      open += curve.cost->cheap() == "open" ? 1 : 0;
    }
    for (const Overhead& one : curve.points) {
      ++problems;
      no_allocation += one.adapter->allocations <= one.raw->allocations ? 1 : 0;
      const auto& calls = one.adapter->library_calls;
      counted += calls ? 1 : 0;
      no_reorder += calls && calls->reorders == 0 ? 1 : 0;
    }
  }
  std::vector<std::string> texts;
  if (fitted > 0)
    texts.push_back(
        fmt::format("{} of {} at most 3 us for a call beside its steps, {} open", cheap, fitted, open));
  texts.push_back(
      fmt::format("{} of {} without an allocation that the raw calls have not", no_allocation, problems));
  if (counted > 0) texts.push_back(fmt::format("{} of {} without a reorder", no_reorder, counted));
  return texts;
}

std::string overhead_text(const std::vector<Overhead>& overheads) {
  return fmt::format("{} of {} within 5 %", count_within(overheads), overheads.size());
}

reports::Section overhead_section(const Results& results) {
  const std::vector<Overhead> overheads = overheads_of(results);
  reports::Section section{"Against the raw calls of each library", {}, {}, {}};
  if (overheads.empty()) return section;
  const std::vector<OverheadCurve> curves = overhead_curves(overheads);
  section.paragraphs = {
      overhead_text(overheads) + ".",
      "The raw calls compute the same layer by the same library as anyone would write it who needs just that "
      "one: the same products or primitive, on the same data, in turn. The ratio is the median of the "
      "repetitions' ratios, its quartiles beside it.",
      "a is what a call costs beside its steps, the median of the fits to each repetition. It is cheap at no "
      "more than 3 us, and open where their quartiles don't agree.",
      "What a call asks for is counted on the longest sequence: allocations on the heap, the library's own "
      "among them, calls of the library, and of those the reorders; once: reorders when the layer is made "
      "ready.",
      fmt::format("{}.", fmt::join(call_cost_texts(curves), "; "))};
  section.tables = {overhead_summary(overheads), overhead_table(overheads), call_cost_table(curves),
                    asked_table(curves)};
  std::erase_if(section.tables, [](const reports::Table& table) { return table.rows().empty(); });
  return section;
}

}  // namespace lockstep
