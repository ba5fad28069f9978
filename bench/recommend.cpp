#include "bench/recommend.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/curves.h"
#include "reports/columns.h"

namespace lockstep {
namespace {

using Rows = std::vector<const Measurement*>;

bool same_setup(const Measurement& a, const Measurement& b) {
  return a.labels.backend == b.labels.backend && a.labels.threads == b.labels.threads;
}

/// The shortest and the longest repetition but one, where there are some: a single one may be another
/// process' doing, or luck.
std::pair<double, double> usual_range(const Measurement& row) {
  constexpr std::size_t some = 3, many = 5;
  std::vector<double> sorted = row.seconds;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t n = sorted.size();
  return {sorted[n < many ? 0 : 1], sorted[n < some ? n - 1 : n - 2]};
}

/// Whether the repetitions leave open that the row is as fast as the fastest.
bool level_with(const Measurement& row, const Measurement& fastest) {
  return usual_range(row).first <= usual_range(fastest).second;
}

/// All that was timed at one length, the fastest first.
struct Length {
  std::int64_t time_steps = 0;
  Rows rows;

  /// The row of the same backend and threads, where that is as fast as the fastest.
  const Measurement* competitive(const Measurement& setup) const {
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const Measurement* row) { return same_setup(*row, setup); });
    return found != rows.end() && level_with(**found, *rows.front()) ? *found : nullptr;
  }
};

std::vector<Length> lengths_of(const Rows& rows) {
  std::map<std::int64_t, Rows> by_length;
  for (const Measurement* row : rows) by_length[row->labels.time_steps].push_back(row);
  std::vector<Length> lengths;
  for (auto& [time_steps, those] : by_length) {
    std::stable_sort(those.begin(), those.end(),
                     [](const Measurement* a, const Measurement* b) { return a->median() < b->median(); });
    lengths.push_back({time_steps, std::move(those)});
  }
  return lengths;
}

/// How many lengths, from `last` down, a choice of backend and threads holds for.
std::size_t reach(const std::vector<Length>& lengths, std::size_t last, const Measurement& setup) {
  std::size_t count = 0;
  while (count <= last && lengths[last - count].competitive(setup) != nullptr) ++count;
  return count;
}

/// The row at `last` whose choice holds for most lengths below; of those the fastest, and of what the spread
/// does not tell from it, the one that needs the fewest threads of its backend.
const Measurement* choose(const std::vector<Length>& lengths, std::size_t last) {
  const Measurement* chosen = nullptr;
  std::size_t farthest = 0;
  for (const Measurement* row : lengths[last].rows) {
    const std::size_t lengths_held = reach(lengths, last, *row);
    const bool spares_threads = chosen != nullptr && lengths_held == farthest && lengths_held > 0 &&
                                row->labels.backend == chosen->labels.backend &&
                                row->labels.threads < chosen->labels.threads;
    if (lengths_held > farthest || spares_threads) chosen = row;
    farthest = std::max(farthest, lengths_held);
  }
  return chosen;
}

Stretch stretch_of(const Length& from, const Length& to, const Measurement& best) {
  Stretch stretch{from.time_steps, to.time_steps, &best, nullptr, {}};
  const Measurement* other_threads = nullptr;
  for (const Measurement* row : to.rows) {
    if (row->labels.backend == best.labels.backend) {
      if (row != &best && other_threads == nullptr) other_threads = row;
      continue;
    }
    if (stretch.next == nullptr) stretch.next = row;
    const bool told = std::any_of(stretch.level.begin(), stretch.level.end(), [&](const Measurement* one) {
      return one->labels.backend == row->labels.backend;
    });
    if (!told && level_with(*row, *to.rows.front()) && level_with(best, *row)) stretch.level.push_back(row);
  }
  if (stretch.next == nullptr) stretch.next = other_threads;
  return stretch;
}

std::vector<Stretch> stretches_of(const Rows& rows) {
  const std::vector<Length> lengths = lengths_of(rows);
  std::vector<Stretch> stretches;
  for (std::size_t left = lengths.size(); left > 0;) {
    const Measurement* best = choose(lengths, left - 1);
    const std::size_t held = reach(lengths, left - 1, *best);
    stretches.push_back(stretch_of(lengths[left - held], lengths[left - 1], *best));
    left -= held;
  }
  return stretches;
}

std::string setup_text(const Measurement& row) {
  return fmt::format("{} with {} thread{}", row.labels.backend, row.labels.threads,
                     row.labels.threads == 1 ? "" : "s");
}

/// The name alone where the threads are those of what it is set against.
std::string against_text(const Measurement& row, const Measurement& best) {
  return row.labels.threads == best.labels.threads ? row.labels.backend : setup_text(row);
}

/// ": 1.7x openblas", ", level with eigen and fused" or nothing.
std::string ahead_text(const Stretch& stretch) {
  std::vector<std::string> level;
  for (const Measurement* row : stretch.level) level.push_back(against_text(*row, *stretch.best));
  // Of several lengths the longest is told of.
  const std::string at = stretch.from == stretch.to ? "" : fmt::format(" at T = {}", stretch.to);
  if (!level.empty()) {
    const std::string last = level.back();
    level.pop_back();
    return fmt::format(", level with {}{}{}{}", fmt::join(level, ", "), level.empty() ? "" : " and ", last,
                       at);
  }
  if (stretch.next == nullptr) return "";
  if (stretch.next->labels.backend == stretch.best->labels.backend &&
      level_with(*stretch.next, *stretch.best) && level_with(*stretch.best, *stretch.next))
    return fmt::format(", level with {}{}", setup_text(*stretch.next), at);
  return fmt::format(": {:.3g}x {}{}", stretch.next->median() / stretch.best->median(),
                     against_text(*stretch.next, *stretch.best), at);
}

std::string lengths_text(const Stretch& stretch) {
  return stretch.from == stretch.to ? fmt::format("at T = {}", stretch.to)
                                    : fmt::format("from T = {} to {}", stretch.from, stretch.to);
}

}  // namespace

std::vector<Choice> choices_of(const Results& results) {
  std::vector<std::string> order;
  std::map<std::string, Rows> all;
  for (const Measurement& row : results.measurements) {
    if (row.labels.what != "run" || !row.timed()) continue;
    Labels any = row.labels;
    any.threads = 1;
    const std::string title = title_of(any);
    if (!all.contains(title)) order.push_back(title);
    all[title].push_back(&row);
  }
  std::vector<Choice> choices;
  for (std::string& title : order) {
    std::vector<Stretch> stretches = stretches_of(all.at(title));
    choices.push_back({std::move(title), std::move(stretches)});
  }
  return choices;
}

std::string recommendation(const Choice& choice) {
  if (choice.stretches.empty()) return {};
  const Stretch& first = choice.stretches.front();
  if (first.next == nullptr && choice.stretches.size() == 1)
    return fmt::format("{} is all that was timed {}.", setup_text(*first.best), lengths_text(first));
  if (choice.stretches.size() == 1)
    return fmt::format("{} is fastest {}{}.", setup_text(*first.best), lengths_text(first),
                       ahead_text(first));
  std::string text =
      fmt::format("{} is fastest from T = {} on{}", setup_text(*first.best), first.from, ahead_text(first));
  for (std::size_t i = 1; i < choice.stretches.size(); ++i) {
    const Stretch& one = choice.stretches[i];
    const bool last = i + 1 == choice.stretches.size();
    text += fmt::format("; {}, {}{}", last ? "below that" : lengths_text(one), setup_text(*one.best),
                        ahead_text(one));
  }
  return text + ".";
}

reports::Table choices_table(const std::vector<Choice>& choices) {
  using reports::number;
  using reports::words;
  reports::Table table(
      "Fastest by sequence length",
      {words("family", "Layer"), number("from", "From T"), number("to", "To T"), words("fastest", "Fastest"),
       number("ratio", "Times as fast", {}, 3), words("next", "As"), words("level", "Level with it")});
  for (const Choice& choice : choices)
    for (const Stretch& one : choice.stretches) {
      std::vector<std::string> level;
      for (const Measurement* row : one.level) level.push_back(setup_text(*row));
      table.add(
          {choice.title, one.from, one.to, setup_text(*one.best),
           one.next == nullptr ? reports::Cell() : reports::Cell(one.next->median() / one.best->median()),
           one.next == nullptr ? reports::Cell() : reports::Cell(setup_text(*one.next)),
           level.empty() ? reports::Cell() : reports::Cell(fmt::format("{}", fmt::join(level, ", ")))});
    }
  return table;
}

}  // namespace lockstep
