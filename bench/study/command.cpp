#include "bench/study/command.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <thread>

#include <fmt/format.h>

#include "backends/model_stream.h"
#include "bench/ceilings/command.h"
#include "bench/command.h"
#include "bench/conclude.h"
#include "bench/latency/measure.h"
#include "bench/latency/model_latency.h"
#include "bench/model_rows.h"
#include "bench/runner.h"
#include "bench/study/plan.h"
#include "bench/study/report.h"
#include "cases/models.h"
#include "reports/write.h"
#include "verify/model_check.h"
#include "verify/model_command.h"
#include "verify/open_model.h"
#include "verify/outcome.h"
#include "verify/progress.h"
#include "verify/shell_word.h"

namespace lockstep {
namespace {

/// In one batch of some samples of the model's own length, or of a length within the swept ones.
Seed to_check(const Seed& model, const StudyPlan& plan) {
  constexpr std::int64_t samples = 2, time_steps = 64;
  return in_size(model, samples,
                 only_length(model.model).value_or(std::min(time_steps, plan.time_steps.back())));
}

std::vector<Finding> check(const Seed& model, const Selection& selection, std::uint64_t seed,
                           const Backend* fallback) {
  return check_given(selection.backends, model,
                     make_model_given(model.model, model.input, model.input_kind, InitialStates::zero, seed),
                     1, fallback);
}

/// Repetitions as short as it takes to end within seconds.
double repetition_seconds(std::size_t rows, int repetitions) {
  constexpr double all_seconds = 12, longest = 0.05, shortest = 0.002;
  return std::clamp(all_seconds / (static_cast<double>(rows) * repetitions), shortest, longest);
}

/// Shows how far the rows of one kind are.
auto shown_on(ProgressLine& line) {
  return [&line](std::size_t done, std::size_t all, const std::string& name) { line.show(done, all, name); };
}

/// Times the sweep, then the steps one by one; returns whether a row is above its roof.
bool measure(const std::vector<RowGroup>& sweep, const std::vector<RowGroup>& steps, Results& results) {
  std::size_t rows = 0;
  for (const RowGroup& group : sweep) rows += group.size();
  RunOptions options;
  options.min_time = repetition_seconds(rows, options.repetitions);
  options.before_rows = [&] { results.ceilings = kept_or_measured_ceilings(); };
  {
    ProgressLine line("timing");
    options.progress = shown_on(line);
    results.measurements = run_rows(sweep, options);
  }
  const bool above_roof = tell_above_roof(results, sweep);
  ProgressLine line("timing single steps");
  LatencyOptions one_by_one;
  one_by_one.progress = shown_on(line);
  const auto latencies = measure_latency(steps, one_by_one);
  results.measurements.insert(results.measurements.end(), latencies.begin(), latencies.end());
  return above_roof;
}

std::vector<std::string> notes_of(const StudyPlan& plan, const Seed& model, bool leaves_naive_out) {
  std::vector<std::string> notes;
  if (plan.left_out > 0)
    notes.push_back(fmt::format("Left out: T = {} and longer, which takes long to verify; -T asks for it.",
                                plan.left_out));
  if (leaves_naive_out)
    notes.emplace_back("Not timed: naive, the definition in plain loops; --backends names what to time.");
  if (const std::string why = why_not_in_steps(model.model); !why.empty())
    notes.push_back(fmt::format("No latency of one step: {}.", why));
  if (std::string counted = counted_steps(model.model); !counted.empty()) notes.push_back(std::move(counted));
  return notes;
}

/// By the words that repeat the very size that was checked.
void name_by_words(std::vector<Finding>& findings, const Seed& checked) {
  std::string words = model_words(checked.name, checked.config);
  if (names_model_file(checked.name))
    words += fmt::format(" -B {} -T {}", checked.input.batch, checked.input.time_steps);
  for (Finding& finding : findings) finding.subject = words;
}

/// What became of each backend; on stderr a line for each that is wrong, with the command that repeats it.
std::vector<RowOutcome> told(const std::vector<Finding>& findings) {
  std::vector<RowOutcome> rows;
  for (const Finding& finding : findings) {
    rows.push_back(row_of(finding));
    if (finding.verdict != Verdict::pass && finding.verdict != Verdict::skip)
      fmt::print(stderr, "lockstep: {}: {} on {}: {}; repeat it with: {}\n", to_string(finding.verdict),
                 finding.subject, finding.backend, finding.reason, repro_of(finding));
  }
  return rows;
}

}  // namespace

int study_command(const StudyRequest& request) {
  reports::check_targets(request.outs);
  const Seed model = open_model(request.model, request.seed, request.config);
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const StudyPlan plan = plan_study(model, request.batch, request.time_steps, request.threads, cores);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  const auto backends = rivals(request.backends, selection);
  const Backend* const fallback = fallback_of(request.backends, selection);
  const auto sweep = model_rows(sizes_of(model, plan), backends, plan.threads, request.seed, fallback);
  std::vector<RowGroup> steps;
  if (why_not_in_steps(model.model).empty())
    steps = model_latency_rows(std::array{model}, backends, 1, std::array{plan.threads.front()}, request.seed,
                               fallback);
  print_summary(model.model);
  std::fflush(stdout);
  Study study;
  study.model = to_check(model, plan);
  {
    ProgressLine progress("checking");
    progress.show(0, selection.backends.size(), model.name);
    study.findings = check(study.model, selection, request.seed, fallback);
    name_by_words(study.findings, study.model);
  }
  study.results = results_of(request.command, selection, fallback);
  const bool above_roof = measure(sweep, steps, study.results);
  study.notes = notes_of(plan, model, backends.size() < selection.backends.size());
  write_results(study.results, study_report(study), request.outs);
  fmt::print("\n{}", study_text(study));
  const ExitCode code = conclude(study.results, request.backends.require, told(study.findings));
  return code == exit_held && above_roof ? exit_no_verdict : code;
}

}  // namespace lockstep
