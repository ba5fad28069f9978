#include "bench/goals.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bench/curves.h"
#include "reports/columns.h"

namespace lockstep {
namespace {

using reports::number;
using reports::words;

constexpr double percent = 100;
constexpr std::int64_t time_steps_of_goals = 128;
/// Nearer to a roof than two measurements of it agree, nothing is to be had.
constexpr double nearest_to_roof = 0.97;

constexpr std::array<std::int64_t, 5> units_up_to{16, 32, 64, 128, 512};
struct Band {
  std::int64_t batch_up_to;
  std::array<double, units_up_to.size()> wanted;
};
constexpr std::array<Band, 4> bands{{{1, {1.4, 1.3, 1.35, 1.1, 1.08}},
                                     {4, {1.5, 1.35, 1.25, 1.15, 1.05}},
                                     {16, {1.5, 1.25, 1.15, 1.1, 1.0}},
                                     {128, {1.4, 1.25, 1.15, 1.08, 1.0}}}};

bool is_recurrent(const Labels& labels) {
  return labels.layer == "lstm" || labels.layer == "gru" || labels.layer == "simple_rnn";
}
bool is_fused(const Labels& labels) {
  return labels.backend == "fused";
}
bool is_library(const Labels& labels) {
  return !is_fused(labels) && labels.backend != "naive";
}

/// As Keras makes it, but for either form of gru.
bool is_usual(const Labels& labels) {
  return labels.variant.empty() || labels.variant == "reset_after:1" || labels.variant == "reset_after:0";
}

std::string shape_of(const Labels& labels) {
  return labels.layer + (labels.variant.empty() ? "" : " " + labels.variant);
}

std::size_t band_of_batch(std::int64_t batch) {
  return static_cast<std::size_t>(
      std::find_if(bands.begin(), bands.end(), [&](const Band& one) { return batch <= one.batch_up_to; }) -
      bands.begin());
}
std::size_t band_of_units(std::int64_t units) {
  return static_cast<std::size_t>(
      std::find_if(units_up_to.begin(), units_up_to.end(), [&](std::int64_t most) { return units <= most; }) -
      units_up_to.begin());
}
std::string range(std::int64_t above, std::int64_t up_to) {
  return above + 1 == up_to ? fmt::format("{}", up_to) : fmt::format("{}-{}", above + 1, up_to);
}

/// "0.79-1.11, 0 of 2"; nothing of none.
reports::Cell in_brief(const std::vector<Goal>& goals) {
  if (goals.empty()) return {};
  double lowest = goals.front().ratio(), highest = lowest;
  std::int64_t met = 0;
  for (const Goal& goal : goals) {
    lowest = std::min(lowest, goal.ratio());
    highest = std::max(highest, goal.ratio());
    met += goal.met() ? 1 : 0;
  }
  return fmt::format("{:.2f}-{:.2f}, {} of {}", lowest, highest, met, goals.size());
}

/// What was timed of one shape.
struct Timed {
  const Measurement *fused = nullptr, *library = nullptr;
  std::set<int> fused_threads, library_threads;

  void add(const Measurement& row) {
    (is_fused(row.labels) ? fused_threads : library_threads).insert(row.labels.threads);
    const Measurement*& fastest = is_fused(row.labels) ? fused : library;
    if (fastest == nullptr || row.median() < fastest->median()) fastest = &row;
  }
  bool complete() const { return fused_threads.size() > 1 && fused_threads == library_threads; }
};

}  // namespace

bool Goal::met() const {
  return ratio() >= wanted || (fused->roof && fused->share_of_roof() >= nearest_to_roof);
}

std::optional<double> wanted_of(const Labels& labels) {
  if (labels.what != "run" || !is_recurrent(labels) || labels.time_steps != time_steps_of_goals ||
      labels.units != labels.features || !is_usual(labels))
    return {};
  const std::size_t batch = band_of_batch(labels.batch), units = band_of_units(labels.units);
  if (batch == bands.size() || units == units_up_to.size()) return {};
  return bands[batch].wanted[units];
}

std::vector<Goal> goals_of(const Results& results) {
  std::vector<std::string> order;
  std::map<std::string, Timed> shapes;
  for (const Measurement& row : results.measurements) {
    if (!row.timed() || !wanted_of(row.labels) || !(is_fused(row.labels) || is_library(row.labels))) continue;
    Labels any = row.labels;
    any.threads = 1;
    const std::string shape = title_of(any);
    if (!shapes.contains(shape)) order.push_back(shape);
    shapes[shape].add(row);
  }
  std::vector<Goal> goals;
  for (const std::string& shape : order) {
    const Timed& timed = shapes.at(shape);
    if (timed.complete()) goals.push_back({timed.fused, timed.library, *wanted_of(timed.fused->labels)});
  }
  return goals;
}

reports::Table goals_table(const std::vector<Goal>& goals) {
  reports::Table table("Ahead of every library: reached against wanted",
                       {words("layer", "Layer"), number("batch", "B"), number("units", "U"),
                        number("wanted", "Wanted"), number("ratio", "Ratio", {}, 3),
                        words("spread", "Spread"), words("met", "Met"), words("library", "Library"),
                        number("percent_of_roof", "Roof", "%", 3), words("bound_by", "Bound by")});
  for (const Goal& goal : goals) {
    const Labels& labels = goal.fused->labels;
    reports::Cell share, bound_by;
    if (goal.fused->roof) share = goal.fused->share_of_roof() * percent;
    if (goal.fused->roof) bound_by = goal.fused->roof->bound_by;
    table.add({shape_of(labels), labels.batch, labels.units, goal.wanted, goal.ratio(),
               fmt::format("{:.2f}-{:.2f}", goal.lowest(), goal.highest()), goal.met() ? "yes" : "no",
               fmt::format("{} x{}", goal.library->labels.backend, goal.library->labels.threads), share,
               bound_by});
  }
  return table;
}

reports::Table goals_summary(const std::vector<Goal>& goals) {
  std::vector<reports::Column> columns{words("batch", "B")};
  for (std::size_t u = 0; u < units_up_to.size(); ++u) {
    const std::string units = range(u == 0 ? 0 : units_up_to[u - 1], units_up_to[u]);
    columns.push_back(words("units_" + units, "U " + units));
  }
  reports::Table table("Ratio to the best library, and goals met", columns);
  for (std::size_t b = 0; b < bands.size(); ++b) {
    reports::Row row{range(b == 0 ? 0 : bands[b - 1].batch_up_to, bands[b].batch_up_to)};
    for (std::size_t u = 0; u < units_up_to.size(); ++u) {
      std::vector<Goal> those;
      std::copy_if(goals.begin(), goals.end(), std::back_inserter(those), [&](const Goal& goal) {
        return band_of_batch(goal.fused->labels.batch) == b && band_of_units(goal.fused->labels.units) == u;
      });
      row.push_back(in_brief(those));
    }
    table.add(std::move(row));
  }
  return table;
}

std::string goals_text(const std::vector<Goal>& goals) {
  const auto met = std::count_if(goals.begin(), goals.end(), [](const Goal& goal) { return goal.met(); });
  return fmt::format("{} of {} goals met", met, goals.size());
}

std::vector<std::string> ahead_texts(const Results& results) {
  std::set<std::string> libraries;
  for (const Measurement& row : results.measurements)
    if (row.timed() && is_library(row.labels)) libraries.insert(row.labels.backend);
  std::vector<std::string> texts;
  for (const std::string& library : libraries) {
    Results of_two;
    for (const Measurement& row : results.measurements)
      if (is_fused(row.labels) || row.labels.backend == library) of_two.measurements.push_back(row);
    const std::vector<Goal> goals = goals_of(of_two);
    if (goals.empty()) continue;
    const auto ahead =
        std::count_if(goals.begin(), goals.end(), [](const Goal& goal) { return goal.ratio() > 1; });
    texts.push_back(fmt::format("{} of {} shapes ahead of {}", ahead, goals.size(), library));
  }
  return texts;
}

}  // namespace lockstep
