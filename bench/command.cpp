#include "bench/command.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <span>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "bench/ceilings/command.h"
#include "bench/goals.h"
#include "bench/layer_rows.h"
#include "bench/model_rows.h"
#include "bench/model_training_rows.h"
#include "bench/report.h"
#include "bench/results_json.h"
#include "bench/roof_tables.h"
#include "bench/row_roofs.h"
#include "bench/runner.h"
#include "bench/training_rows.h"
#include "cases/seeds.h"
#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/exit_code.h"
#include "verify/open_model.h"
#include "verify/outcome.h"
#include "verify/progress.h"

namespace lockstep {
namespace {

constexpr const char* prepare_set = "prepare";
constexpr const char* goals_set = "goals";

bool is_json(const std::filesystem::path& path) {
  return path.extension() == ".json";
}

/// Writes the results to every .json and their report to every other path.
void write_outs(const Results& results, const std::vector<std::filesystem::path>& outs) {
  std::vector<std::filesystem::path> reports_to;
  std::copy_if(outs.begin(), outs.end(), std::back_inserter(reports_to),
               [](const auto& path) { return !is_json(path); });
  for (const auto& path : outs)
    if (is_json(path)) reports::write_text(path, to_json(results));
  if (!reports_to.empty()) reports::write_document(report_of(results), reports_to);
}

/// The cases of a set that is wanted, which are no longer; none where it is not.
std::vector<Case> take_set(CaseRequest& wanted, const char* set) {
  CaseRequest alone = wanted;
  alone.sets.clear();
  alone.problems.clear();
  if (std::erase(wanted.sets, set) > 0) alone.sets = {set};
  return cases_of(alone);
}

/// Without the loops, which no goal is measured against and which take long at its sizes, unless they are
/// named.
std::vector<const Backend*> rivals(const BenchRequest& request, const Selection& selection) {
  auto backends = selection.backends;
  if (request.backends.backends.empty())
    std::erase_if(backends, [](const Backend* one) { return one->name() == "naive"; });
  return backends;
}

std::vector<RowGroup> rows_of(const BenchRequest& request, const Selection& selection) {
  CaseRequest wanted = request.cases;
  take_models(wanted);
  refuse_axes_of_models(wanted);
  if (wanted.sets.empty() && wanted.problems.empty() && wanted.models.empty()) wanted.sets = {"quick"};
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const auto oracle = std::make_shared<Oracle>(cores);
  const std::vector<Case> prepares = take_set(wanted, prepare_set), goals = take_set(wanted, goals_set);
  std::vector<Case> runs = cases_of(wanted), trainings;
  for (const Case& one : runs)
    if (one.problem.exec.pass == Pass::training) trainings.push_back(one);
  std::erase_if(runs, [](const Case& one) { return one.problem.exec.pass == Pass::training; });
  auto groups = layer_rows(runs, selection.backends, Timed::run, oracle);
  const auto add = [&groups](std::vector<RowGroup> more) {
    std::move(more.begin(), more.end(), std::back_inserter(groups));
  };
  add(layer_rows(goals, rivals(request, selection), Timed::run, oracle));
  add(layer_rows(prepares, selection.backends, Timed::prepare, oracle));
  add(training_rows(trainings, selection.backends, oracle));
  const std::vector<Seed> models = open_models(wanted);
  for (const int threads : model_threads(wanted)) {
    add(model_rows(models, selection.backends, threads, wanted.seed));
    if (request.training) add(model_training_rows(models, selection.backends, threads, wanted.seed));
  }
  return groups;
}

/// What the machine allows each row. Where one was faster, the ceilings are measured again, since something
/// may have disturbed them; the rows that still are get a line on stderr. Returns whether there are any.
bool tell_above_roof(Results& results, const std::vector<RowGroup>& groups) {
  set_roofs(results.measurements, groups, *results.ceilings);
  if (!rows_above_roof(results.measurements).empty()) {
    results.ceilings = raised_ceilings(*results.ceilings);
    set_roofs(results.measurements, groups, *results.ceilings);
  }
  const auto above = rows_above_roof(results.measurements);
  for (const Measurement* row : above)
    fmt::print(stderr, "lockstep: above its roof: {}: {}\n", row->name, above_roof_text(*row));
  return !above.empty();
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

int bench_command(const BenchRequest& request) {
  if (request.ceilings) return ceilings_command(request.outs);
  reports::check_targets(request.outs);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  Results results;
  results.command = request.command;
  results.machine = machine_facts();
  results.backends = versions(selection);
  const auto groups = rows_of(request, selection);
  RunOptions options;
  options.program = request.program;
  options.google_flags = request.google_flags;
  options.google_console = request.google_console;
  {
    ProgressLine progress("timing");
    options.before_rows = [&] { results.ceilings = kept_or_measured_ceilings(); };
    options.progress = [&](std::size_t done, std::size_t all, const std::string& name) {
      progress.show(done, all, name);
    };
    results.measurements = run_rows(groups, options);
  }
  if (results.measurements.empty()) return exit_held;  // the names were listed
  const bool above_roof = tell_above_roof(results, groups);
  write_outs(results, request.outs);
  if (!request.google_console && request.outs.empty())
    fmt::print("{}", reports::markdown(report_of(results)));
  const auto& sets = request.cases.sets;
  const bool has_goals = std::find(sets.begin(), sets.end(), goals_set) != sets.end();
  const std::vector<Goal> goals = has_goals ? goals_of(results) : std::vector<Goal>();
  if (!request.google_console && !request.outs.empty())
    fmt::print("{}", reports::markdown(goals.empty() ? result_table(results) : goals_table(goals)));
  if (!request.google_console && !goals.empty())
    fmt::print("\n{}\n{}\n", reports::markdown(goals_summary(goals)), goals_text(goals));
  std::vector<RowOutcome> rows;
  for (const Measurement& row : results.measurements) {
    rows.push_back({row.labels.backend, row.verdict});
    if (row.verdict != "pass" && row.verdict != "skip")
      fmt::print(stderr, "lockstep: {}: {}: {}; repeat it with: {}\n", row.verdict, row.name, row.reason,
                 repro_of(row));
  }
  const Outcome outcome = outcome_of(rows, request.backends.require);
  for (const auto& line : outcome.complaints) fmt::print(stderr, "lockstep: {}\n", line);
  return outcome.code == exit_held && above_roof ? exit_no_verdict : outcome.code;
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
