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
/// spread could hide the effect that is to be detected, even where all `benchmarks` of the gate were
/// confirmed. Throws std::invalid_argument: other than plan.screen votes, or one that is not finite.
bool is_open(std::span<const double> screen, const Plan&, std::size_t benchmarks);

/// Sets state, reason, ratio, interval, p, detectable, processes, confirmed and layouts of timed rows from
/// their votes, together: the level is shared (Holm) by those that were confirmed. `rows[i]` has its proofs
/// and names, which decide, too: more allocations or library calls in the head are a regression by
/// themselves. Regressions of time alone that have layouts and do not hold on more than half of them become
/// layout_sensitive. Rows that come in as wrong or missing stay so; all others are decided anew, and become
/// missing where they do not have exactly the votes of the plan, or were not confirmed though they are off.
/// Throws std::invalid_argument: not as many votes as rows, or a plan that validate refuses.
void decide(std::span<Row> rows, std::span<const Votes> votes, const Plan&);

/// Which confirmed rows are regressions by time alone, and so are to be run on other paddings.
std::vector<std::size_t> to_run_on_layouts(std::span<const Row> rows);

/// Why the controls do not let a gate speak; empty: they do. A copy of the base that is confirmed slower or
/// faster than the base by more than the margin, at the gate's level, is an error of the measurement.
std::string distrust_of(std::span<const Votes> controls, const Plan&);

/// Whether a row is missing, or lets through without a process that measured it.
bool is_unmeasured(const Row&);

/// The exit code of all that was found, the first that holds: 2 for complaints, no rows (4 with doubts), or a
/// row that is missing or lets through without having been measured; 1 for a row that is wrong, or a
/// regression by its counters, which no doubt of the times concerns; 4 for doubts; 1 for any other
/// regression; 4 for any other row that does not let through; 0.
ExitCode exit_code_of(const Result&);

}  // namespace lockstep::gate
