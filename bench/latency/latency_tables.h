#pragma once

#include "bench/measurement.h"
#include "reports/table.h"

namespace lockstep {

/// How long one time step takes when steps come one at a time: a row for each layer or model and backend
/// whose calls were timed one by one.
reports::Table latency_table(const Results&);

/// The same for a terminal of 80 columns.
reports::Table short_latency_table(const Results&);

/// How it was measured: what the times have in them.
std::string latency_text(const Results&);

}  // namespace lockstep
