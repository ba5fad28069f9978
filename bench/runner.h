#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/measurement.h"
#include "bench/row.h"

namespace lockstep {

/// How the benchmarks are run. Every flag of Google Benchmark is taken (`google_flags`) and comes after our
/// defaults, so it wins; filter, list, format and out are served here, over all groups at once.
struct RunOptions {
  std::string program = "lockstep";
  std::vector<std::string> google_flags;  // "--benchmark_min_time=0.1", ...
  double min_time = 0.05;                 // seconds of one repetition
  int repetitions = 5;
  bool google_console = false;  // Google Benchmark's own lines on stdout as the rows come
  /// Called once, when all that was asked for is known to be right and before the first row is made ready;
  /// may be empty.
  std::function<void()> before_rows;
  /// Called before a group is made ready and timed, never while a clock runs.
  std::function<void(std::size_t done, std::size_t all, const std::string& name)> progress;
};

/// Splits what Google Benchmark takes ("--benchmark_...", "--v=N") from a command line's arguments.
std::vector<std::string> take_google_flags(std::vector<std::string>& arguments);

/// What is known of a row before it is timed.
Measurement measurement_of(const Row&, const ReadyRow&);

/// Makes each selected row ready, which verifies it, and times the rows whose verdict is pass. Repetitions of
/// a group's rows come in random order. With --benchmark_list_tests prints the names and returns no rows.
/// Throws std::invalid_argument: a flag that is unknown, a filter that is no regular expression or matches
/// nothing.
std::vector<Measurement> run_rows(const std::vector<RowGroup>& groups, const RunOptions& options);

}  // namespace lockstep
