#include "bench/command.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <span>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "bench/ceilings/command.h"
#include "bench/conclude.h"
#include "bench/goals.h"
#include "bench/latency/command.h"
#include "bench/layer_rows.h"
#include "bench/model_rows.h"
#include "bench/model_training_rows.h"
#include "bench/overhead/count_calls.h"
#include "bench/overhead/rows.h"
#include "bench/overhead/tables.h"
#include "bench/report.h"
#include "bench/results_json.h"
#include "bench/runner.h"
#include "bench/training_rows.h"
#include "cases/seeds.h"
#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/exit_code.h"
#include "verify/open_model.h"
#include "verify/progress.h"

namespace lockstep {
namespace {

constexpr const char* prepare_set = "prepare";
constexpr const char* goals_set = "goals";

/// The cases of a set that is wanted, which are no longer; none where it is not.
std::vector<Case> take_set(CaseRequest& wanted, const char* set) {
  CaseRequest alone = wanted;
  alone.sets.clear();
  alone.problems.clear();
  if (std::erase(wanted.sets, set) > 0) alone.sets = {set};
  return cases_of(alone);
}

bool has_set(const CaseRequest& request, const char* set) {
  return std::find(request.sets.begin(), request.sets.end(), set) != request.sets.end();
}

/// Its rows have repetitions of their own, and the tables are of pairs.
void refuse_overhead_with_others(const CaseRequest& request) {
  if (has_set(request, overhead_set) && (request.sets.size() > 1 || !request.problems.empty()))
    throw std::invalid_argument(
        "--set overhead: accepted is it alone, without other sets, problems or models");
}

std::vector<RowGroup> rows_of(const BenchRequest& request, const Selection& selection,
                              const Selection& raw_calls) {
  CaseRequest wanted = request.cases;
  take_models(wanted);
  refuse_axes_of_models(wanted);
  if (wanted.sets.empty() && wanted.problems.empty() && wanted.models.empty()) wanted.sets = {"quick"};
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const auto oracle = std::make_shared<Oracle>(cores);
  const std::vector<Case> prepares = take_set(wanted, prepare_set), goals = take_set(wanted, goals_set),
                          overheads = take_set(wanted, overhead_set);
  std::vector<Case> runs = cases_of(wanted), trainings;
  for (const Case& one : runs)
    if (one.problem.exec.pass == Pass::training) trainings.push_back(one);
  std::erase_if(runs, [](const Case& one) { return one.problem.exec.pass == Pass::training; });
  auto groups = layer_rows(runs, selection.backends, Timed::run, oracle);
  const auto add = [&groups](std::vector<RowGroup> more) {
    std::move(more.begin(), more.end(), std::back_inserter(groups));
  };
  add(layer_rows(goals, rivals(request.backends, selection), Timed::run, oracle));
  add(overhead_rows(overheads, selection.backends, raw_calls.backends, oracle));
  add(layer_rows(prepares, selection.backends, Timed::prepare, oracle));
  add(training_rows(trainings, selection.backends, oracle));
  const std::vector<Seed> models = open_models(wanted);
  const std::vector<int> threads = model_threads(wanted);
  add(model_rows(models, selection.backends, threads, wanted.seed, fallback_of(request.backends, selection)));
  for (const int count : threads)
    if (request.training) add(model_training_rows(models, selection.backends, count, wanted.seed));
  return groups;
}

/// What is printed below the results of a set that wants a conclusion of its own.
void tell_conclusions(const Results& results, const std::vector<Goal>& goals,
                      const std::vector<Overhead>& overheads) {
  if (!goals.empty())
    fmt::print("\n{}\n{}\n{}\n", reports::markdown(goals_summary(goals)), goals_text(goals),
               fmt::join(ahead_texts(results), "\n"));
  if (!overheads.empty())
    fmt::print("\n{}\n{}\n{}\n", reports::markdown(overhead_summary(overheads)),
               fmt::join(call_cost_texts(overhead_curves(overheads)), "\n"), overhead_text(overheads));
}

/// The one table of the results for a terminal.
reports::Table table_of(const Results& results, const std::vector<Goal>& goals,
                        const std::vector<Overhead>& overheads) {
  if (!goals.empty()) return goals_table(goals);
  return overheads.empty() ? result_table(results) : overhead_table(overheads);
}

/// Refuses what can't be told in one report: other machines or versions, or the same row twice.
void check_joinable(const Results& all, const Results& more, const std::filesystem::path& file) {
  for (const auto& [key, value] : more.machine)
    if (key != "date" &&
        std::find(all.machine.begin(), all.machine.end(), std::pair(key, value)) == all.machine.end())
      throw std::invalid_argument(
          fmt::format("{}: {} is \"{}\", unlike in the files before it: accepted are results "
                      "of one machine and one build",
                      file.string(), key, value));
  if (all.backends != more.backends)
    throw std::invalid_argument(
        fmt::format("{}: has other backends than the files before it", file.string()));
  for (const Measurement& row : more.measurements)
    if (std::any_of(all.measurements.begin(), all.measurements.end(),
                    [&](const Measurement& one) { return one.name == row.name; }))
      throw std::invalid_argument(fmt::format(
          "{}: row {} is in a file before it, too: accepted is each row once", file.string(), row.name));
}

}  // namespace

std::vector<const Backend*> rivals(const BackendRequest& request, const Selection& selection) {
  auto backends = selection.backends;
  if (request.backends.empty())
    std::erase_if(backends, [](const Backend* one) { return one->name() == "naive"; });
  return backends;
}

int bench_command(const BenchRequest& request) {
  if (request.latency) return latency_command(request);
  if (request.ceilings) return ceilings_command(request.outs);
  reports::check_targets(request.outs);
  refuse_overhead_with_others(request.cases);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  Results results = results_of(request.command, selection, fallback_of(request.backends, selection));
  Selection raw_calls;
  if (has_set(request.cases, overhead_set)) {
    raw_calls = raw_calls_of(selection.backends);
    const auto raw_versions = versions(raw_calls);
    results.backends.insert(results.backends.end(), raw_versions.begin(), raw_versions.end());
    if (raw_calls.backends.empty()) {
      fmt::print(stderr, "lockstep: no raw calls of these backends in {}\n", raw_folder().string());
      return exit_missing;
    }
  }
  const auto groups = rows_of(request, selection, raw_calls);
  RunOptions options;
  options.program = request.program;
  options.google_flags = request.google_flags;
  options.google_console = request.google_console;
  if (!raw_calls.backends.empty()) {  // more and shorter repetitions give a ratio its quartiles
    options.repetitions = overhead_repetitions;
    options.min_time = overhead_min_time;
  }
  {
    ProgressLine progress("timing");
    options.before_rows = [&] { results.ceilings = kept_or_measured_ceilings(); };
    options.progress = [&](std::size_t done, std::size_t all, const std::string& name) {
      progress.show(done, all, name);
    };
    results.measurements = run_rows(groups, options);
  }
  if (results.measurements.empty()) return exit_held;  // the names were listed
  if (!raw_calls.backends.empty())
    if (const std::string wrong = count_library_calls(results, request.backends.modules); !wrong.empty())
      fmt::print(stderr, "lockstep: {}\n", wrong);
  const bool above_roof = tell_above_roof(results, groups);
  const reports::Document report = report_of(results);
  write_results(results, report, request.outs);
  if (!request.google_console) {
    const auto goals = has_set(request.cases, goals_set) ? goals_of(results) : std::vector<Goal>();
    const auto overheads = overheads_of(results);
    fmt::print("{}", request.outs.empty() ? reports::markdown(report)
                                          : reports::markdown(table_of(results, goals, overheads)));
    tell_conclusions(results, goals, overheads);
  }
  const ExitCode code = conclude(results, request.backends.require);
  return code == exit_held && above_roof ? exit_no_verdict : code;
}

int report_command(const std::vector<std::filesystem::path>& files,
                   const std::vector<std::filesystem::path>& outs) {
  reports::check_targets(outs);
  Results all = read_results(files.front());
  for (const auto& file : std::span(files).subspan(1)) {
    Results one = read_results(file);
    check_joinable(all, one, file);
    std::move(one.measurements.begin(), one.measurements.end(), std::back_inserter(all.measurements));
    all.command += "; " + one.command;
    if (!all.ceilings) all.ceilings = one.ceilings;
  }
  if (outs.empty()) fmt::print("{}", reports::markdown(report_of(all)));
  reports::write_document(report_of(all), outs);
  return exit_held;
}

}  // namespace lockstep
