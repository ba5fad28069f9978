#pragma once

#include <string>

#include "bench/measurement.h"
#include "reports/document.h"

namespace lockstep {

/// Everything that a run of the benchmarks says: result tables, curves, what was verified, and one record per
/// row.
reports::Document report_of(const Results&);

/// Who computed the layers that a row's backend left to another, in a sentence; empty: none did.
std::string shared_text(const Results&);

/// The results in a terminal of 80 columns: throughput at the longest sequence of each family, the fastest
/// backend first, with its share of the roof; where only training was timed, what it took.
reports::Table result_table(const Results&);

}  // namespace lockstep
