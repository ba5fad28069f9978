#include "verify/mutants/command.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/exit_code.h"
#include "verify/mutants/choice.h"
#include "verify/mutants/report.h"
#include "verify/mutants/score.h"
#include "verify/progress.h"

namespace lockstep {
namespace {

constexpr int workers = 2;
constexpr double small = 1e6;  // cost of a case

std::vector<Case> chosen_cases(CaseRequest wanted) {
  take_models(wanted);
  if (!wanted.models.empty())
    throw std::invalid_argument(fmt::format(
        "--mutants with {}: accepted are sets and problems of single layers", wanted.models.front()));
  const bool usual = wanted.sets.empty() && wanted.problems.empty();
  if (usual) wanted.sets = {"ci", "training"};
  std::vector<Case> cases = cases_of(wanted);
  if (usual) std::erase_if(cases, [](const Case& one) { return cost_of(one.problem) > small; });
  return cases;
}

/// Throws std::invalid_argument for a check that there is not. "final_h" is "final h", for the shell.
std::vector<std::string> checks_of(std::vector<std::string> wanted) {
  for (std::string& name : wanted) {
    std::replace(name.begin(), name.end(), '_', ' ');
    const auto known = check_names();
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw std::invalid_argument(
          fmt::format("unknown check {}: accepted are {}", in_quotes(name), fmt::join(known, ", ")));
  }
  return wanted;
}

std::vector<const Mutant*> mutants_of(const std::vector<std::string>& names) {
  std::vector<const Mutant*> chosen;
  for (const std::string& name : names) chosen.push_back(&find_mutant(name));
  if (names.empty())
    for (const Mutant& mutant : mutants()) chosen.push_back(&mutant);
  return chosen;
}

}  // namespace

int mutants_command(const MutantRequest& request) {
  reports::check_targets(request.outs);
  const auto checks = checks_of(request.checks);
  const auto chosen = mutants_of(request.only);
  const std::vector<Case> cases = chosen_cases(request.cases);
  MutantRun run;
  {
    ProgressLine progress("mutants");
    run = run_mutants(chosen, cases, checks, workers,
                      [&](std::size_t done, std::size_t all) { progress.show(done, all); });
  }
  if (const Finding* broken = run.broken_control()) {
    fmt::print(stderr, "lockstep: no verdict on mutants: a backend without a fault gives {} on {}: {}\n",
               to_string(broken->verdict), broken->subject, broken->reason);
    return broken->verdict == Verdict::fail ? exit_failed : exit_no_verdict;
  }
  const reports::Document report = mutant_report(run, request.command);
  reports::write_document(report, request.outs);
  if (request.outs.empty())
    fmt::print("{}", reports::markdown(report));
  else
    fmt::print("{}\n", to_string(run));
  return run.killed() == run.scores.size() ? exit_held : exit_failed;
}

}  // namespace lockstep
