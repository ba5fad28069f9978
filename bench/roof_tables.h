#pragma once

#include "bench/curves.h"
#include "reports/table.h"

namespace lockstep {

/// How near every backend comes to the machine's limit at the longest sequence of each family; no rows where
/// no ceilings are known.
reports::Table roof_table(const std::vector<CurveFamily>&);

/// The rows that were faster than their roof, which none can be.
reports::Table above_roof_table(const Results&);

/// What a row above its roof means, in a sentence.
std::string above_roof_text(const Measurement&);

/// "58% L2": the share of the roof, and what it is bound by. Empty where no roof is known.
std::string roof_text(const Measurement&);

}  // namespace lockstep
