#pragma once

#include "bench/measurement.h"
#include "reports/document.h"

namespace lockstep {

/// Everything that a run of the benchmarks says: result tables, curves, what was verified, and one record per
/// row.
reports::Document report_of(const Results&);

/// The result table alone: throughput at the longest sequence of each family, and which backend is fastest.
reports::Table result_table(const Results&);

}  // namespace lockstep
