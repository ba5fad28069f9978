#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/gate/plan.h"
#include "bench/gate/row.h"

namespace lockstep::gate {

/// The votes on one benchmark: a log ratio per process.
struct Votes {
  std::vector<double> screen, confirm;       // confirm is empty where the screening cleared it
  std::vector<std::vector<double>> layouts;  // per padding, `confirm` votes each; empty where it was not run
};

/// Whether the screening leaves a benchmark open: its median is off by more than the plan lets pass, or its
/// spread could hide the effect that is to be detected. Needs plan.screen votes.
bool is_open(std::span<const double> screen, const Plan&);

/// Sets state, reason, ratio, interval, p, detectable, processes and confirmed of timed rows from their
/// votes, together: the level is shared (Holm) by those that were confirmed. `rows[i]` has its proofs and
/// names, which decide, too: more allocations or library calls in the head are a regression by themselves.
/// Regressions of time alone that have layouts and do not hold on more than half of them become
/// layout_sensitive.
/// Rows that come in as wrong or missing stay so.
void decide(std::span<Row> rows, std::span<const Votes> votes, const Plan&);

/// Which confirmed rows are regressions by time alone, and so are to be run on other paddings.
std::vector<std::size_t> to_run_on_layouts(std::span<const Row> rows);

/// Why the controls do not let a gate speak; empty: they do. A copy of the base that is confirmed slower or
/// faster than the base by more than the margin, at the gate's level, is an error of the measurement.
std::string distrust_of(std::span<const Votes> controls, const Plan&);

/// The exit code of all that was found: 2 before 4 before 1, and 0 only when every row lets through and there
/// is at least one.
ExitCode exit_code_of(const Result&);

}  // namespace lockstep::gate
