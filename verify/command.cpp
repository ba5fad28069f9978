#include "verify/command.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <thread>

#include <fmt/format.h>

#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/exit_code.h"
#include "verify/model_check.h"
#include "verify/progress.h"
#include "verify/report.h"
#include "verify/verify.h"

namespace lockstep {
namespace {

/// The required backends for which nothing was compared.
std::vector<std::string> idle_backends(const std::vector<std::string>& required,
                                       const std::vector<Finding>& findings) {
  std::vector<std::string> idle;
  for (const auto& name : required)
    if (std::none_of(findings.begin(), findings.end(), [&](const Finding& finding) {
          return finding.backend == name && finding.verdict != Verdict::skip;
        }))
      idle.push_back(name);
  return idle;
}

}  // namespace

bool open_backends(const BackendRequest& request, Selection& selection) {
  selection = select_backends(load_modules(module_folder(), request.modules), request.backends);
  const auto missing = missing_backends(selection, request.require);
  for (const auto& line : missing) fmt::print(stderr, "lockstep: {}\n", line);
  return missing.empty();
}

int verify_command(const VerifyRequest& request) {
  reports::check_suffixes(request.outs);
  CaseRequest wanted = request.cases;
  take_models(wanted);
  if (wanted.sets.empty() && wanted.problems.empty() && wanted.models.empty()) wanted.sets = {"ci"};
  std::vector<Seed> models;
  for (const auto& name : wanted.models) models.push_back(find_seed(name, wanted.seed));
  const std::vector<Case> cases = cases_of(wanted);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  if (selection.backends.empty()) {
    fmt::print(stderr, "lockstep: no backend to verify: {} holds no module that loads\n",
               module_folder().string());
    return exit_missing;
  }
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
  for (const Seed& model : models) {
    ModelFindings found = check_model(selection.backends, model, wanted.seed, 1);
    std::move(found.findings.begin(), found.findings.end(), std::back_inserter(findings));
    std::move(found.styles.begin(), found.styles.end(), std::back_inserter(styles));
  }
  const reports::Document report =
      verification_report(findings, styles, request.command, versions(selection));
  const Tally counts = tally(findings);
  reports::write_document(report, request.outs);
  if (request.outs.empty())
    fmt::print("{}", reports::markdown(report));
  else
    fmt::print("{}\n", to_string(counts));
  for (const auto& name : idle_backends(request.backends.require, findings)) {
    fmt::print(stderr, "lockstep: required backend {} ran nothing: every problem was skipped\n", name);
    return exit_missing;
  }
  return counts.held() ? exit_held : exit_failed;
}

}  // namespace lockstep
