#pragma once

#include <string>

#include "reports/document.h"
#include "verify/mutants/score.h"

namespace lockstep {

/// "64 of 64 mutants killed".
std::string to_string(const MutantRun&);

/// What became of the mutants: survivors, what each check is worth, mutant x check, and a record for each
/// mutant.
reports::Document mutant_report(const MutantRun&, const std::string& command);

}  // namespace lockstep
