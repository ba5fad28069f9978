#include "bench/gate/decide.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/gate/counters.h"
#include "bench/gate/detectable.h"
#include "bench/gate/statistics/signed_rank.h"
#include "bench/gate/votes.h"

namespace lockstep::gate {
namespace {

constexpr double interval_level = 0.95;

bool is_timed(const Row& row) {
  return row.state != State::wrong && row.state != State::missing;
}

bool is_slow_by_time_alone(const Row& row) {
  return row.confirmed && row.state == State::regression && counted_more(row.base, row.head).empty();
}

void set_numbers(Row& row, const Votes& votes, std::size_t confirmed_rows, const Plan& plan) {
  row.confirmed = !votes.confirm.empty();
  const auto& deciding = row.confirmed ? votes.confirm : votes.screen;
  const HodgesLehmann shift = hodges_lehmann(deciding, interval_level);
  row.ratio = std::exp(shift.estimate);
  row.low = std::exp(shift.low);
  row.high = std::exp(shift.high);
  row.p = row.confirmed ? p_beyond(deciding, Way::slower, plan) : 1;
  row.detectable = detectable(spread_of(deciding), plan, row.confirmed ? confirmed_rows : confirmed_rows + 1);
  row.processes = static_cast<int>(deciding.size());
  row.layouts.clear();
  for (const auto& layout : votes.layouts)
    if (!layout.empty()) row.layouts.push_back(std::exp(hodges_lehmann(layout, interval_level).estimate));
}

/// What time alone says of a row whose numbers are set.
void judge_time(Row& row, const Votes& votes, bool slower, bool faster, const Plan& plan) {
  row.state = State::pass;
  row.reason.clear();
  if (slower || faster) {
    row.state = slower ? State::regression : State::improvement;
    row.reason = change_of(row.ratio);
    const std::string contradiction =
        contradiction_of(votes.confirm, slower ? Way::slower : Way::faster, plan);
    if (contradiction.empty()) return;
    row.state = State::inconclusive;
    row.reason = contradiction;
  } else if (!(row.detectable <= plan.detect)) {
    row.state = State::inconclusive;
    row.reason =
        fmt::format("too noisy: only a slowdown of {} would have been found, and the plan asks for {}",
                    percent(row.detectable), percent(plan.detect));
  }
}

void judge_counters(Row& row) {
  const std::string more = counted_more(row.base, row.head), less = counted_less(row.base, row.head);
  const auto note = [&](const std::string& what) {
    row.reason = row.reason.empty() ? what : fmt::format("{}; {}", what, row.reason);
  };
  if (!more.empty()) {
    row.state = State::regression;
    note(more);
  } else if (!less.empty()) {
    note(less);
  }
}

void judge_layouts(Row& row, const Votes& votes, const Plan& plan) {
  if (row.layouts.empty() || !is_slow_by_time_alone(row)) return;
  const auto held = std::count_if(votes.layouts.begin(), votes.layouts.end(), [&](const auto& layout) {
    return !layout.empty() && p_beyond(layout, Way::slower, plan) <= plan.level;
  });
  const std::ptrdiff_t run = std::ssize(row.layouts);
  if (2 * held > run) return;
  row.state = State::layout_sensitive;
  row.reason =
      fmt::format("{} as built, but slower on only {} of {} other layouts", change_of(row.ratio), held, run);
}

}  // namespace

void decide(std::span<Row> rows, std::span<const Votes> votes, const Plan& plan) {
  if (rows.size() != votes.size())
    throw std::invalid_argument(
        fmt::format("votes: of {} rows; accepted is one of each of {}", votes.size(), rows.size()));
  if (rows.empty()) return;
  validate(plan, rows.size());
  std::vector<std::size_t> timed;
  std::vector<std::span<const double>> confirmed;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_timed(rows[i])) continue;
    rows[i].reason = lack_of(votes[i], plan);
    if (!rows[i].reason.empty()) {
      rows[i].state = State::missing;
      continue;
    }
    timed.push_back(i);
    if (!votes[i].confirm.empty()) confirmed.emplace_back(votes[i].confirm);
  }
  const std::vector<bool> slower = confirmed_beyond(confirmed, Way::slower, plan);
  const std::vector<bool> faster = confirmed_beyond(confirmed, Way::faster, plan);
  std::size_t next = 0;  // of those confirmed
  for (const std::size_t i : timed) {
    set_numbers(rows[i], votes[i], confirmed.size(), plan);
    judge_time(rows[i], votes[i], rows[i].confirmed && slower[next], rows[i].confirmed && faster[next], plan);
    if (rows[i].confirmed) ++next;
    judge_counters(rows[i]);
    judge_layouts(rows[i], votes[i], plan);
  }
}

std::vector<std::size_t> to_run_on_layouts(std::span<const Row> rows) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (is_slow_by_time_alone(rows[i])) found.push_back(i);
  return found;
}

}  // namespace lockstep::gate
