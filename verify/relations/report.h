#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "reports/document.h"
#include "verify/relations/relation.h"

namespace lockstep {

/// Relation x backend: how many cases held and how close the sides came; every case that did not hold with
/// the command that repeats it; the reasons for the skips; one record per relation, case and backend.
reports::Document relations_report(std::span<const RelationFinding>, const std::string& command,
                                   const std::vector<std::pair<std::string, std::string>>& backend_versions);

}  // namespace lockstep
