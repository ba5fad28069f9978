#include "verify/command.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <thread>

#include <fmt/format.h>

#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/exit_code.h"
#include "verify/gradients/model_check.h"
#include "verify/gradients/model_expected.h"
#include "verify/model_check.h"
#include "verify/open_model.h"
#include "verify/outcome.h"
#include "verify/progress.h"
#include "verify/report.h"
#include "verify/shell_word.h"
#include "verify/verify.h"

namespace lockstep {
bool open_backends(const BackendRequest& request, Selection& selection) {
  const bool all = request.backends == std::vector<std::string>{"all"};
  selection = select_backends(load_modules(module_folder(), request.modules),
                              all ? std::vector<std::string>{} : request.backends,
                              request.fallback.empty() ? default_fallback : request.fallback);
  const auto missing = missing_backends(selection, request.require);
  for (const auto& line : missing) fmt::print(stderr, "lockstep: {}\n", line);
  if (missing.empty() && selection.backends.empty()) {
    for (const Module& one : selection.unavailable)
      if (all || request.backends.empty() ||
          std::find(request.backends.begin(), request.backends.end(), one.name) != request.backends.end())
        fmt::print(stderr, "lockstep: no backend: {}: {}\n", one.name, one.reason);
    if (selection.unavailable.empty())
      fmt::print(stderr, "lockstep: no backend: {} holds no module\n", module_folder().string());
  }
  const bool lacks_fallback = !request.fallback.empty() && selection.fallback == nullptr;
  if (lacks_fallback) {
    const auto module = std::find_if(selection.unavailable.begin(), selection.unavailable.end(),
                                     [&](const Module& one) { return one.name == request.fallback; });
    fmt::print(stderr, "lockstep: fallback {} is missing{}\n", request.fallback,
               module == selection.unavailable.end() ? "" : fmt::format(": {}", module->reason));
  }
  return missing.empty() && !selection.backends.empty() && !lacks_fallback;
}

namespace {

/// By a name that repeats its config and its size, where that is not the file's own.
Seed with_flags(Seed model, const CaseRequest& request) {
  model.name = model_words(model.name, model.config);
  if (!request.batch.empty()) model.name += fmt::format(" -B {}", model.input.batch);
  if (!request.time_steps.empty()) model.name += fmt::format(" -T {}", model.input.time_steps);
  return model;
}

}  // namespace

int verify_command(const VerifyRequest& request) {
  reports::check_targets(request.outs);
  CaseRequest wanted = request.cases;
  take_models(wanted);
  if (wanted.sets.empty() && wanted.problems.empty() && wanted.models.empty() && wanted.campaign == 0)
    wanted.sets = {"ci"};
  refuse_axes_of_models(wanted);
  std::vector<Seed> models;
  for (Seed& model : open_models(wanted)) models.push_back(with_flags(std::move(model), wanted));
  const std::vector<Case> cases = cases_of(wanted);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  const int workers = request.workers > 0
                          ? request.workers
                          : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::vector<Finding> findings;
  {
    ProgressLine progress("verifying");
    findings = verify(selection.backends, cases, workers,
                      [&](std::size_t done, std::size_t all) { progress.show(done, all); });
  }
  std::vector<StyleDifference> styles;
  std::vector<TrainingStyleDifference> training_styles;
  for (const Seed& model : models)
    for (const int threads : model_threads(wanted)) {
      ModelFindings found = check_model(selection.backends, model, wanted.seed, threads, selection.fallback);
      std::move(found.findings.begin(), found.findings.end(), std::back_inserter(findings));
      std::move(found.styles.begin(), found.styles.end(), std::back_inserter(styles));
      TrainingFindings trained =
          check_training(selection.backends, model, few_samples(model), wanted.seed, threads);
      std::move(trained.findings.begin(), trained.findings.end(), std::back_inserter(findings));
      std::move(trained.styles.begin(), trained.styles.end(), std::back_inserter(training_styles));
    }
  for (const auto& path : request.backends.modules)
    for (const std::string name = load_module(path).name; Finding & finding : findings)
      if (finding.backend == name) finding.module = path.string();
  reports::Document report = verification_report(findings, styles, request.command, versions(selection));
  if (!training_styles.empty())
    report.sections.push_back(
        {"Dense and TimeDistributed(Dense) in training",
         {fmt::format(
             "The same weights, trained on the same batch in both styles: how many of the gradients of the "
             "first step, and of the weights after {} steps of rmsprop, differ in any bit.",
             trained_steps)},
         {},
         {training_style_table(training_styles)}});
  if (request.explain)
    request.explain(report, selection.backends, cases,
                    std::span(findings).first(cases.size() * selection.backends.size()));
  const Tally counts = tally(findings);
  reports::write_document(report, request.outs);
  if (request.outs.empty())
    fmt::print("{}", reports::markdown(report));
  else
    fmt::print("{}\n", to_string(counts));
  std::vector<RowOutcome> rows;
  for (const Finding& finding : findings) {
    const bool tells = finding.verdict != Verdict::untrusted && finding.verdict != Verdict::ill_conditioned;
    if (tells || !finding.is_random) rows.push_back(row_of(finding));
  }
  const Outcome outcome = outcome_of(rows, request.backends.require);
  for (const auto& line : outcome.complaints) fmt::print(stderr, "lockstep: {}\n", line);
  return outcome.code;
}

}  // namespace lockstep
