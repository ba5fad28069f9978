#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verify/exit_code.h"
#include "verify/verdict.h"

namespace lockstep {

/// What became of one row, by the text of its verdict. One that is shared, as the backend left layers to
/// another, proves nothing of the backend alone.
struct RowOutcome {
  std::string_view backend, verdict;
  bool shared = false;
};

RowOutcome row_of(const Finding&);

/// The exit code of a run, and a line for each thing that is missing.
struct Outcome {
  ExitCode code = exit_held;
  std::vector<std::string> complaints;
};

/// A row that failed or is untrusted comes first: 1. Then required backends that only skipped: 3. A row that
/// is ill-conditioned, and rows that were all skipped, prove nothing: 4.
Outcome outcome_of(std::span<const RowOutcome>, const std::vector<std::string>& required);

}  // namespace lockstep
