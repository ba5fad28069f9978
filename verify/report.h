#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "reports/document.h"
#include "verify/model_check.h"
#include "verify/verdict.h"

namespace lockstep {

/// What a verification found: verdicts by layer and backend, every row that is not a pass with the command
/// that repeats it, the reasons for the skips, how the two
/// dense styles of the models differ, and one record per row.
reports::Document verification_report(
    std::span<const Finding>, const std::vector<StyleDifference>&, const std::string& command,
    const std::vector<std::pair<std::string, std::string>>& backend_versions);

}  // namespace lockstep
