#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "bench/gate/sample.h"

namespace lockstep::gate {

/// What one process said of one benchmark: its vote, and single batches as a tool that takes no pairs has
/// them.
struct Measured {
  double vote = 0;                             // log(head / base), the middle of all rounds
  std::vector<std::int64_t> base_ps, head_ps;  // picoseconds of a call in the first rounds
};

/// What the processes of a campaign said of two equal builds, the head of which was made slower by `effect`.
struct Pool {
  std::string condition;                                   // "quiet", "bursty"
  double effect = 0;                                       // 0.05: 5 % slower
  std::vector<std::map<std::string, Measured>> processes;  // by benchmark
  std::string machine = {};                                // and the day
};

/// The vote and the batches of a sample of `rounds` rounds.
Measured measured(const Sample&, int rounds);

/// One line of JSON for a process.
std::string line_of(const Pool&, const std::map<std::string, Measured>& process);

/// Pools by condition and effect, from lines in any order. Throws std::invalid_argument: the line that is
/// none, or two processes that measured other benchmarks or on other machines.
std::vector<Pool> read_pools(std::istream&);

}  // namespace lockstep::gate
