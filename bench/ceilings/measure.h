#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "bench/ceilings/ceilings.h"

namespace lockstep {

/// How long to measure: every ceiling for `seconds`, `tries` times, of which the best counts. The tries are
/// short, so that some fall between the turns of whatever else runs, and those of one ceiling lie apart.
/// Where all threads still reach far less than one alone does that many times, there are more of them.
struct Effort {
  double seconds = 0.001;
  int tries = 120;
  int trips = 100;            // of a flag, and empty regions, in a try
  double most_seconds = 6;    // of all tries but the first three; less, unless the machine is busy
  double most_bytes = 512e6;  // of memory read
};

/// Measures this machine, with all threads that this process may use: some 3 seconds. `progress`, which may
/// be empty, is told what comes next.
Ceilings measure_ceilings(
    const Effort&,
    const std::function<void(std::size_t done, std::size_t all, const std::string& now)>& progress);

}  // namespace lockstep
