#include "verify/outcome.h"

#include <algorithm>

#include <fmt/format.h>

namespace lockstep {

RowOutcome row_of(const Finding& finding) {
  return {finding.backend, to_string(finding.verdict), !finding.left.empty()};
}

Outcome outcome_of(std::span<const RowOutcome> rows, const std::vector<std::string>& required) {
  const auto skipped = [](const RowOutcome& row) { return row.verdict == to_string(Verdict::skip); };
  const auto passed = [](const RowOutcome& row) { return row.verdict == to_string(Verdict::pass); };
  Outcome outcome;
  for (const auto& name : required) {
    const auto ran = [&](bool shared) {
      return std::any_of(rows.begin(), rows.end(), [&](const RowOutcome& row) {
        return row.backend == name && row.shared == shared && !skipped(row);
      });
    };
    if (!ran(false))
      outcome.complaints.push_back(
          fmt::format("required backend {} {}", name,
                      ran(true) ? "left layers to another: required is that it computes all"
                                : "ran nothing: every row was skipped"));
  }
  const auto unclear = [](const RowOutcome& row) {
    return row.verdict == to_string(Verdict::ill_conditioned);
  };
  if (!std::all_of(rows.begin(), rows.end(),
                   [&](const RowOutcome& row) { return passed(row) || skipped(row) || unclear(row); })) {
    outcome.code = exit_failed;
  } else if (!outcome.complaints.empty()) {
    outcome.code = exit_missing;
  } else if (const auto open = std::count_if(rows.begin(), rows.end(), unclear); open > 0) {
    outcome.code = exit_no_verdict;
    outcome.complaints.push_back(
        fmt::format("{} of {} rows are ill-conditioned: no verdict", open, rows.size()));
  } else if (std::all_of(rows.begin(), rows.end(), skipped)) {
    outcome.code = exit_no_verdict;
    outcome.complaints.emplace_back("nothing was compared: every row was skipped");
  }
  return outcome;
}

}  // namespace lockstep
