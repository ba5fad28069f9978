#pragma once

#include <cstddef>

#include "bench/gate/row.h"
#include "reports/document.h"

namespace lockstep::gate {

/// So many rows fit into a comment of 60 kB.
inline constexpr std::size_t rows_of_a_comment = 90;

/// Everything that a gate says: the verdict, what needs eyes, regressions first, then what passed, the
/// controls, and how it decided. The tables show up to `most_rows` benchmarks; the records have one row for
/// each. In JUnit only what let the gate through is passed or (acknowledged, layout-sensitive) skipped, and
/// the verdict is a test of its own.
reports::Document gate_report(const Result&, std::size_t most_rows = rows_of_a_comment);

}  // namespace lockstep::gate
