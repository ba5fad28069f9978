#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bench/measurement.h"
#include "bench/row.h"

namespace lockstep {

/// How calls are timed one by one.
struct LatencyOptions {
  std::int64_t calls = 0;  // of each row; 0: as many as take `seconds`, from 100 to 100,000
  double seconds = 0.5;
  /// Called before a group is made ready and timed, never while a clock runs.
  std::function<void(std::size_t done, std::size_t all, const std::string& name)> progress;
};

/// Makes each row ready, which verifies it, and times single calls of the rows whose verdict is pass, in
/// rounds that the rows of a group take in turn; a round begins with calls that are not timed.
/// Measurement::seconds are the medians of the rounds; allocations are counted over all timed calls, and more
/// than none is told as one per call at least.
std::vector<Measurement> measure_latency(const std::vector<RowGroup>&, const LatencyOptions&);

}  // namespace lockstep
