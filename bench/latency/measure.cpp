#include "bench/latency/measure.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include <fmt/format.h>

#include "bench/allocations.h"
#include "bench/latency/percentiles.h"
#include "bench/runner.h"

namespace lockstep {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t rounds = 5, fewest_calls = 100, most_calls = 100'000;

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

/// Each call from the end of the one before: with one reading of the clock.
template <class Call>
void time_each(Call&& call, std::span<double> seconds) {
  Clock::time_point before = Clock::now();
  for (double& one : seconds) {
    call();
    const Clock::time_point now = Clock::now();
    one = seconds_between(before, now);
    before = now;
  }
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return percentile(values, 500);
}

/// What one reading of the clock takes.
double clock_seconds() {
  std::vector<double> readings(1000);
  time_each([] {}, readings);
  return median_of(readings);
}

/// Calls until caches, branches and clocks are as they are in a long run; returns the seconds that one takes.
double warm_up(const std::function<void()>& call) {
  constexpr double long_enough = 10e-3;
  const Clock::time_point start = Clock::now();
  double passed = 0;
  std::int64_t calls = 0;
  while (passed < long_enough) {
    call();
    ++calls;
    passed = seconds_between(start, Clock::now());
  }
  return passed / static_cast<double>(calls);
}

/// A row of a group, with what was timed of it so far.
struct Timing {
  const ReadyRow* row = nullptr;
  Measurement* found = nullptr;
  std::vector<double> seconds;  // room for all calls, made before the first is timed
  std::size_t per_round = 0;
  std::int64_t allocations = 0;
};

Timing start_timing(const ReadyRow& row, Measurement& found, const LatencyOptions& options) {
  const double one = warm_up(row.call);
  const std::int64_t calls = options.calls > 0 ? options.calls
                                               : std::clamp(static_cast<std::int64_t>(options.seconds / one),
                                                            fewest_calls, most_calls);
  const std::int64_t per_round = (calls + rounds - 1) / rounds;
  return {&row, &found, std::vector<double>(static_cast<std::size_t>(per_round * rounds)),
          static_cast<std::size_t>(per_round), 0};
}

void time_round(Timing& timing, std::int64_t round) {
  warm_up(timing.row->call);
  const auto part =
      std::span(timing.seconds).subspan(static_cast<std::size_t>(round) * timing.per_round, timing.per_round);
  timing.allocations += allocations_of([&] { time_each(timing.row->call, part); });
  timing.found->seconds.push_back(median_of({part.begin(), part.end()}));
}

void finish(Timing& timing, double clock) {
  const auto calls = static_cast<std::int64_t>(timing.seconds.size());
  std::sort(timing.seconds.begin(), timing.seconds.end());
  Latency latency;
  latency.calls = calls;
  latency.p50 = percentile(timing.seconds, 500);
  latency.p99 = percentile(timing.seconds, 990);
  latency.p99_9 = percentile(timing.seconds, 999);
  latency.highest = timing.seconds.back();
  latency.first_call = timing.row->first_call_seconds;
  latency.prepare = timing.row->prepare_seconds;
  latency.clock = clock;
  timing.found->latency = latency;
  timing.found->iterations = static_cast<std::int64_t>(timing.per_round);
  timing.found->allocations = (timing.allocations + calls - 1) / calls;
}

void measure_group(const RowGroup& group, const LatencyOptions& options,
                   std::vector<Measurement>& measurements) {
  std::vector<ReadyRow> ready;
  ready.reserve(group.size());
  for (const Row& row : group) {
    ready.push_back(row.make_ready());
    measurements.push_back(measurement_of(row, ready.back()));
  }
  const std::span<Measurement> found(&measurements[measurements.size() - group.size()], group.size());
  const double clock = clock_seconds();
  std::vector<Timing> timings;
  const auto guarded = [](Measurement& row, const auto& body) {
    try {
      body();
      return true;
    } catch (const std::exception& error) {
      row.verdict = "fail";
      row.reason = fmt::format("threw while it was timed: {}", error.what());
      row.seconds.clear();
      return false;
    }
  };
  for (std::size_t i = 0; i < group.size(); ++i)
    if (found[i].verdict == "pass")
      guarded(found[i], [&] { timings.push_back(start_timing(ready[i], found[i], options)); });
  for (std::int64_t round = 0; round < rounds; ++round)
    std::erase_if(timings,
                  [&](Timing& one) { return !guarded(*one.found, [&] { time_round(one, round); }); });
  for (Timing& one : timings) finish(one, clock);
}

}  // namespace

std::vector<Measurement> measure_latency(const std::vector<RowGroup>& groups, const LatencyOptions& options) {
  std::size_t rows = 0, done = 0;
  for (const RowGroup& group : groups) {
    rows += group.size();
    for (const Row& row : group)
      if (row.announce) row.announce();
  }
  std::vector<Measurement> measurements;
  measurements.reserve(rows);  // what is found of a row is filled in where it lies
  for (const RowGroup& group : groups) {
    if (options.progress) options.progress(done, rows, group.front().name);
    measure_group(group, options, measurements);
    done += group.size();
  }
  if (options.progress) options.progress(done, rows, "");
  return measurements;
}

}  // namespace lockstep
