#include "verify/relations/command.h"

#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>

#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/outcome.h"
#include "verify/progress.h"
#include "verify/relations/report.h"
#include "verify/relations/verify_relations.h"

namespace lockstep {

int relations_command(const VerifyRequest& request) {
  constexpr int default_workers = 2;  // many cases run on two threads themselves
  reports::check_targets(request.outs);
  CaseRequest wanted = request.cases;
  take_models(wanted);
  if (!wanted.models.empty())
    throw std::invalid_argument(
        fmt::format("{}: --relations are of layers; accepted with it are problems and sets of problems",
                    wanted.models.front()));
  if (wanted.sets.empty() && wanted.problems.empty()) wanted.sets = {"relations"};
  const std::vector<Case> cases = cases_of(wanted);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  std::vector<RelationFinding> findings;
  {
    ProgressLine progress("relating");
    findings =
        verify_relations(selection.backends, cases, request.workers > 0 ? request.workers : default_workers,
                         [&](std::size_t done, std::size_t all) { progress.show(done, all); });
  }
  const reports::Document report = relations_report(findings, request.command, versions(selection));
  reports::write_document(report, request.outs);
  if (request.outs.empty())
    fmt::print("{}", reports::markdown(report));
  else
    fmt::print("{}\n", to_string(tally(findings)));
  std::vector<RowOutcome> rows;
  for (const RelationFinding& finding : findings)
    rows.push_back({finding.backend, to_string(finding.verdict)});
  const Outcome outcome = outcome_of(rows, request.backends.require);
  for (const auto& line : outcome.complaints) fmt::print(stderr, "lockstep: {}\n", line);
  return outcome.code;
}

}  // namespace lockstep
