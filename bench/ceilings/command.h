#pragma once

#include <filesystem>
#include <vector>

#include "bench/ceilings/ceilings.h"

namespace lockstep {

/// The ceilings of this machine: what an earlier run kept for it, else measured now, and kept. On stderr:
/// progress on a terminal, and a line where they cannot be kept.
Ceilings kept_or_measured_ceilings();

/// Measures the machine again, and keeps the better of each ceiling: one that something disturbed is too low.
Ceilings raised_ceilings(const Ceilings&);

/// lockstep bench --ceilings: measures afresh, keeps, and prints or writes them. Returns the exit code.
int ceilings_command(const std::vector<std::filesystem::path>& outs);

}  // namespace lockstep
