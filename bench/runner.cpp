#include "bench/runner.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <regex>
#include <stdexcept>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/google_output.h"

namespace lockstep {
namespace {

/// The value of a flag "--name=value", which is taken out of the list; the last one counts.
std::optional<std::string> take_flag(std::vector<std::string>& flags, std::string_view name) {
  std::optional<std::string> value;
  std::erase_if(flags, [&](const std::string& flag) {
    if (flag == name) value = "true";
    if (!flag.starts_with(fmt::format("{}=", name))) return flag == name;
    value = flag.substr(name.size() + 1);
    return true;
  });
  return value;
}

bool take_switch(std::vector<std::string>& flags, std::string_view name) {
  const auto value = take_flag(flags, name);
  return value && *value != "false" && *value != "0";
}

/// Google Benchmark would print a complaint of its own about a number that is none, and takes any that is
/// one.
void check_values(const std::vector<std::string>& flags) {
  struct Accepted {
    std::string_view name, what;
    bool whole;
    double least;
  };
  constexpr std::array<Accepted, 4> all{{{"--benchmark_repetitions=", "whole numbers from 1", true, 1},
                                         {"--benchmark_min_time=", "seconds from 0", false, 0},
                                         {"--benchmark_min_warmup_time=", "seconds from 0", false, 0},
                                         {"--v=", "whole numbers from 0", true, 0}}};
  constexpr double most = 1e9;
  const std::string unit = "--benchmark_time_unit=";  // at any other unit Google Benchmark ends the program
  for (const std::string& flag : flags)
    if (flag.starts_with(unit) && flag != unit + "ns" && flag != unit + "us" && flag != unit + "ms" &&
        flag != unit + "s")
      throw std::invalid_argument(fmt::format("{}: accepted are ns, us, ms, s", flag));
  for (const std::string& flag : flags)
    for (const Accepted& accepted : all) {
      if (!flag.starts_with(accepted.name)) continue;
      double value = 0;
      const char* const last = flag.data() + flag.size();
      const auto [end, error] = std::from_chars(flag.data() + accepted.name.size(), last, value);
      if (error != std::errc{} || end != last || !(value >= accepted.least && value <= most) ||
          (accepted.whole && value != std::floor(value)))
        throw std::invalid_argument(fmt::format("{}: accepted are {}", flag, accepted.what));
    }
}

/// Google Benchmark's own filter rule: a regular expression to search for, or "all"; "-" before it inverts.
class NameFilter {
 public:
  explicit NameFilter(const std::string& text) : inverted_(text.starts_with('-')) {
    try {
      pattern_ = text == "all" ? std::regex(".") : std::regex(text.substr(inverted_ ? 1 : 0));
    } catch (const std::regex_error&) {
      throw std::invalid_argument(
          fmt::format("--benchmark_filter={}: accepted is a regular expression", text));
    }
  }
  bool selects(const std::string& name) const { return std::regex_search(name, pattern_) != inverted_; }

 private:
  bool inverted_;
  std::regex pattern_;
};

std::vector<RowGroup> select(const std::vector<RowGroup>& groups, const std::string& filter_text) {
  const NameFilter filter(filter_text);
  std::vector<RowGroup> selected;
  for (const RowGroup& group : groups) {
    RowGroup kept;
    std::copy_if(group.begin(), group.end(), std::back_inserter(kept),
                 [&](const Row& row) { return filter.selects(row.name); });
    if (!kept.empty()) selected.push_back(std::move(kept));
  }
  if (selected.empty())
    throw std::invalid_argument(fmt::format(
        "--benchmark_filter={}: matches no benchmark; --benchmark_list_tests lists them", filter_text));
  return selected;
}

/// Hands our defaults, then the user's flags to Google Benchmark.
void initialize(const RunOptions& options, const std::vector<std::string>& flags) {
  std::vector<std::string> words{fmt::format("--benchmark_min_time={}", options.min_time),
                                 fmt::format("--benchmark_repetitions={}", options.repetitions),
                                 "--benchmark_enable_random_interleaving=true"};
  check_values(flags);
  words.insert(words.end(), flags.begin(), flags.end());
  std::vector<char*> argv;
  static std::string program;  // Google Benchmark keeps the pointer
  program = options.program;
  argv.push_back(program.data());
  for (std::string& word : words) argv.push_back(word.data());
  int argc = static_cast<int>(argv.size());
  benchmark::Initialize(&argc, argv.data());
  if (argc > 1)
    throw std::invalid_argument(
        fmt::format("unknown flag {}: accepted are Google Benchmark's, see --help", argv[1]));
}

void time_call(benchmark::State& state, const Row& row, const ReadyRow& ready, Measurement& found) {
  try {
    for ([[maybe_unused]] auto iteration : state) ready.call();
  } catch (const std::exception& error) {
    found.verdict = "fail";
    found.reason = fmt::format("threw while it was timed: {}", error.what());
    return state.SkipWithError(found.reason.c_str());
  }
  const auto calls = static_cast<double>(state.iterations());
  if (row.steps_per_call > 0) state.SetItemsProcessed(static_cast<std::int64_t>(row.steps_per_call * calls));
  if (row.flops_per_call > 0)
    state.counters["GFLOP/s"] =
        benchmark::Counter(row.flops_per_call * calls / 1e9, benchmark::Counter::kIsRate);
  if (row.steps_per_call > 0)
    state.counters["s_per_step"] = benchmark::Counter(
        row.steps_per_call * calls, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocs"] = static_cast<double>(ready.allocations);
}

/// Verifies the rows of a group, times those that passed, and appends one measurement per row.
void run_group(const RowGroup& group, RowReporter& reporter, std::vector<Measurement>& measurements) {
  std::vector<ReadyRow> ready;
  for (const Row& row : group) {
    ready.push_back(row.make_ready());
    measurements.push_back(measurement_of(row, ready.back()));
  }
  Measurement* const first = &measurements[measurements.size() - group.size()];
  bool any = false;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (first[i].verdict == "skip") continue;  // no error: it has its line in our tables
    any = true;
    benchmark::RegisterBenchmark(group[i].name.c_str(), [&row = group[i], &one = ready[i],
                                                         &found = first[i]](benchmark::State& state) {
      if (one.verdict == "pass")
        time_call(state, row, one, found);
      else
        state.SkipWithError(fmt::format("{}: {}", one.verdict, one.reason).c_str());
    })->UseRealTime();
  }
  if (!any) return;
  reporter.start_group(std::span(first, group.size()));
  benchmark::RunSpecifiedBenchmarks(&reporter, nullptr, "all");
  benchmark::ClearRegisteredBenchmarks();
  for (Measurement& one : std::span(first, group.size()))
    if (one.verdict != "pass") one.seconds.clear();  // it threw in a later repetition
}

}  // namespace

Measurement measurement_of(const Row& row, const ReadyRow& ready) {
  Measurement measurement;
  measurement.name = row.name;
  measurement.labels = row.labels;
  measurement.method = ready.method;
  measurement.verdict = ready.verdict;
  measurement.reason = ready.reason;
  measurement.share_of_tolerance = ready.share_of_tolerance;
  measurement.steps_per_call = row.steps_per_call;
  measurement.flops_per_call = row.flops_per_call;
  measurement.config = row.config;
  measurement.of_several_inputs = row.of_several_inputs;
  measurement.shared = row.shared;
  measurement.allocations = ready.allocations;
  return measurement;
}

std::vector<std::string> take_google_flags(std::vector<std::string>& arguments) {
  std::vector<std::string> taken;
  std::erase_if(arguments, [&](const std::string& argument) {
    if (!argument.starts_with("--benchmark_") && !argument.starts_with("--v=")) return false;
    taken.push_back(argument);
    return true;
  });
  return taken;
}

std::vector<Measurement> run_rows(const std::vector<RowGroup>& all_groups, const RunOptions& options) {
  std::vector<std::string> flags = options.google_flags;
  const auto filter = take_flag(flags, "--benchmark_filter");
  const bool list = take_switch(flags, "--benchmark_list_tests");
  RowReporter::Outputs outputs;
  outputs.format =
      take_flag(flags, "--benchmark_format").value_or(options.google_console ? "console" : "none");
  outputs.out = take_flag(flags, "--benchmark_out").value_or("");
  outputs.out_format = take_flag(flags, "--benchmark_out_format").value_or("json");
  outputs.display_aggregates_only = take_switch(flags, "--benchmark_display_aggregates_only");
  outputs.report_aggregates_only = take_switch(flags, "--benchmark_report_aggregates_only");
  initialize(options, flags);
  const std::vector<RowGroup> groups = select(all_groups, filter.value_or("."));
  if (list) {
    for (const RowGroup& group : groups)
      for (const Row& row : group) std::cout << row.name << '\n';
    return {};
  }
  std::vector<Measurement> measurements;
  std::size_t rows = 0, done = 0, widest_name = 0;
  for (const RowGroup& group : groups) {
    rows += group.size();
    for (const Row& row : group) {
      if (row.announce) row.announce();
      widest_name = std::max(widest_name, row.name.size());
    }
  }
  RowReporter reporter(outputs, widest_name);
  measurements.reserve(rows);
  if (options.before_rows) options.before_rows();
  for (const RowGroup& group : groups) {
    if (options.progress) options.progress(done, rows, group.front().name);
    run_group(group, reporter, measurements);
    done += group.size();
  }
  if (options.progress) options.progress(done, rows, "");
  reporter.finish();
  return measurements;
}

}  // namespace lockstep
