#include "bench/overhead/tables.h"

#include <algorithm>
#include <map>
#include <set>

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

std::size_t count_as_fast(const std::vector<Overhead>& overheads, std::string_view answer) {
  return static_cast<std::size_t>(std::count_if(
      overheads.begin(), overheads.end(), [&](const Overhead& one) { return one.as_fast() == answer; }));
}

/// "0.97-1.04, 30/5/1"; nothing of none.
reports::Cell in_brief(const std::vector<Overhead>& overheads) {
  if (overheads.empty()) return {};
  double lowest = overheads.front().ratio().median, highest = lowest;
  for (const Overhead& one : overheads) {
    lowest = std::min(lowest, one.ratio().median);
    highest = std::max(highest, one.ratio().median);
  }
  return fmt::format("{}, {}/{}/{}", range(lowest, highest), count_as_fast(overheads, "yes"),
                     count_as_fast(overheads, "open"), count_as_fast(overheads, "no"));
}

/// Whether its library reorders, be it only by the raw calls or to make the layer ready.
bool can_reorder(const Overhead& one) {
  const auto any = [](const std::optional<LibraryCalls>& calls) {
    return calls && calls->reorders + calls->reorders_to_prepare > 0;
  };
  return any(one.adapter->library_calls) || any(one.raw->library_calls);
}

void add_new(std::vector<std::string>& all, const std::string& one) {
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
  reports::Table table("Ratio to the raw calls, and at most 5 % longer: yes/open/no", columns);
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

reports::Table added_cost_table(const std::vector<OverheadCurve>& curves) {
  reports::Table table(
      "What a backend adds to a, in us",
      {words("layer", "Layer"), words("backend", "Backend"), number("added_us", "Added", {}, 3),
       words("quartiles", "Quartiles"), words("little", "At most 3")});
  for (const OverheadCurve& curve : curves) {
    if (!curve.cost) continue;
    const Labels& labels = curve.points.front().adapter->labels;
    const Middle& added = curve.cost->added_a;
    table.add({brief_title(labels), labels.backend, added.median * micro,
               fmt::format("{:.2f} to {:.2f}", added.lower_quartile * micro, added.upper_quartile * micro),
               curve.cost->adds_little()});
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
  std::size_t fitted = 0, problems = 0, no_allocation = 0, reordering = 0, no_reorder = 0;
  std::map<std::string, std::size_t> cheap, little;  // by answer
  std::set<std::string> reorderers;
  for (const OverheadCurve& curve : curves) {
    if (curve.cost) {
      ++fitted;
      ++cheap[curve.cost->cheap()];
      ++little[curve.cost->adds_little()];
    }
    for (const Overhead& one : curve.points) {
      ++problems;
      no_allocation += one.adapter->allocations <= one.raw->allocations ? 1 : 0;
      if (!one.adapter->library_calls || !can_reorder(one)) continue;
      ++reordering;
      no_reorder += one.adapter->library_calls->reorders == 0 ? 1 : 0;
      reorderers.insert(one.adapter->labels.backend);
    }
  }
  std::vector<std::string> texts;
  if (fitted > 0) {
    texts.push_back(
        fmt::format("{} of {} with a of at most 3 us ({} open)", cheap["yes"], fitted, cheap["open"]));
    texts.push_back(fmt::format("what a backend adds to a is at most 3 us in {} of {} ({} open)",
                                little["yes"], fitted, little["open"]));
  }
  texts.push_back(
      fmt::format("{} of {} without an allocation that the raw calls have not", no_allocation, problems));
  if (reordering > 0)
    texts.push_back(
        fmt::format("{} of {} on {} without a reorder", no_reorder, reordering, fmt::join(reorderers, ", ")));
  return texts;
}

std::string overhead_text(const std::vector<Overhead>& overheads) {
  return fmt::format("{} of {} at most 5 % longer than the raw calls, {} open",
                     count_as_fast(overheads, "yes"), overheads.size(), count_as_fast(overheads, "open"));
}

reports::Section overhead_section(const Results& results) {
  const std::vector<Overhead> overheads = overheads_of(results);
  reports::Section section{"Against the raw calls of each library", {}, {}, {}};
  if (overheads.empty()) return section;
  const std::vector<OverheadCurve> curves = overhead_curves(overheads);
  section.paragraphs = {
      overhead_text(overheads) + ".",
      "The raw calls compute the same layer by the same library as anyone would write it who needs just that "
      "one: the same products or primitive, on the same data, in random order. The ratio is the median of "
      "the repetitions' ratios, its quartiles beside it. What has the upper one at 1.05 or below takes at "
      "most 5 % longer, what has the lower one above it takes longer, and all else is open.",
      "a is what a call costs beside its steps, the median of the fits to each repetition, and what a "
      "backend adds to it is that of their differences. The quartiles tell here, too, whether it is at most "
      "3 us.",
      "What a call asks for is counted on the longest sequence: allocations on the heap, the library's own "
      "among them, calls of the library, and of those the reorders; once: reorders when the layer is made "
      "ready.",
      fmt::format("{}.", fmt::join(call_cost_texts(curves), "; "))};
  section.tables = {overhead_summary(overheads), overhead_table(overheads), call_cost_table(curves),
                    added_cost_table(curves), asked_table(curves)};
  std::erase_if(section.tables, [](const reports::Table& table) { return table.rows().empty(); });
  return section;
}

}  // namespace lockstep
