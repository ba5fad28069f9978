#include "bench/goals.h"

#include <algorithm>
#include <array>
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
  const auto band = std::find_if(bands.begin(), bands.end(),
                                 [&](const Band& one) { return labels.batch <= one.batch_up_to; });
  const auto units = std::find_if(units_up_to.begin(), units_up_to.end(),
                                  [&](std::int64_t most) { return labels.units <= most; });
  if (band == bands.end() || units == units_up_to.end()) return {};
  return band->wanted[static_cast<std::size_t>(units - units_up_to.begin())];
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

std::string goals_text(const std::vector<Goal>& goals) {
  const auto met = std::count_if(goals.begin(), goals.end(), [](const Goal& goal) { return goal.met(); });
  return fmt::format("{} of {} goals met", met, goals.size());
}

}  // namespace lockstep
