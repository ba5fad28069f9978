#pragma once

#include <string>
#include <vector>

#include "bench/measurement.h"
#include "reports/table.h"

namespace lockstep {

/// Sequence lengths for which one choice of backend and threads is the fastest, or as fast as the fastest
/// within the spread of the repetitions. The rows belong to the results.
struct Stretch {
  std::int64_t from = 0, to = 0;      // time steps
  const Measurement* best = nullptr;  // at `to`
  const Measurement* next = nullptr;  // the fastest of another backend there, else of other threads; or null
  std::vector<const Measurement*> level;  // at `to`, of other backends: the fastest of each that the spread
                                          // does not tell from best
};

/// What was timed of one layer or model, in one batch size, on any backend with any threads.
struct Choice {
  std::string title;               // "lstm, B 1, F 64, U 64"
  std::vector<Stretch> stretches;  // as few as the spread allows, the longest sequences first
};
std::vector<Choice> choices_of(const Results&);

/// "onednn with 1 thread is fastest from T = 8 on: 1.7x openblas; below that, eigen with 1 thread: 1.2x
/// fused."
std::string recommendation(const Choice&);

/// A row per stretch.
reports::Table choices_table(const std::vector<Choice>&);

}  // namespace lockstep
