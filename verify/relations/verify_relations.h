#pragma once

#include <span>
#include <vector>

#include "verify/relations/relation.h"
#include "verify/verify.h"

namespace lockstep {

/// Every relation on every case and backend, case by case, on `workers` threads: the order of the findings
/// does not depend on them. Throws what the first of them threw.
std::vector<RelationFinding> verify_relations(std::span<const Backend* const> backends,
                                              std::span<const Case> cases, int workers,
                                              const Progress& progress = {});

/// How many findings came to each verdict.
Tally tally(std::span<const RelationFinding>);

}  // namespace lockstep
