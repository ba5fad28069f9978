#include "verify/outcome.h"

#include <algorithm>

#include <fmt/format.h>

#include "verify/verdict.h"

namespace lockstep {

Outcome outcome_of(std::span<const RowOutcome> rows, const std::vector<std::string>& required) {
  const auto skipped = [](const RowOutcome& row) { return row.verdict == to_string(Verdict::skip); };
  const auto passed = [](const RowOutcome& row) { return row.verdict == to_string(Verdict::pass); };
  const auto shared = [](const std::string& name) {
    return [prefix = name + " ("](const RowOutcome& row) { return row.backend.starts_with(prefix); };
  };
  Outcome outcome;
  for (const auto& name : required)
    if (std::none_of(rows.begin(), rows.end(),
                     [&](const RowOutcome& row) { return row.backend == name && !skipped(row); }))
      outcome.complaints.push_back(
          fmt::format("required backend {} {}", name,
                      std::any_of(rows.begin(), rows.end(), shared(name))
                          ? "left layers to another: required is that it computes all"
                          : "ran nothing: every row was skipped"));
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
