#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/gate/plan.h"
#include "bench/gate/sample.h"
#include "bench/machine.h"
#include "verify/exit_code.h"

namespace lockstep::gate {

/// What came of a benchmark. Pass, improvement, acknowledged and layout_sensitive let a gate through.
enum class State {
  pass,              // not slower than the margin, and it would have shown
  improvement,       // confirmed faster than the margin
  acknowledged,      // a regression that a reviewed entry allows for
  regression,        // confirmed slower than the margin, or more allocations or library calls
  wrong,             // one of the builds does not compute what it should: not timed
  layout_sensitive,  // slower as built, but not with the code moved by other paddings
  inconclusive,      // too noisy to have shown the effect that the plan asks for
  missing,           // in the manifest, but not in one of the builds, or not measured
};
std::string_view to_string(State);

/// One benchmark, decided. Ratios are head's time over base's: 1.05 is 5 % slower.
struct Row {
  std::string benchmark, backend;
  State state = State::missing;
  std::string reason;  // why it is not a pass; of a pass, what else is new: "2 allocations per call, base 7"
  double ratio = 1, low = 1, high = 1;  // Hodges-Lehmann over processes, its 95 % interval; all 1: not timed
  double p = 1;                         // of "not slower than the margin", exact; 1 where only screened
  double detectable = 0;          // the slowdown that would have been found 4 times of 5: 0.031 is 3.1 %
  int processes = 0, rounds = 0;  // that the ratio is from, and rounds in each
  bool confirmed = false;         // by fresh processes, not by the screening alone
  bool alternating = false;       // the builds took turns in processes of their own
  double base_seconds = 0;        // of a call of the base, the median over processes
  std::vector<double> layouts;    // ratios on other paddings, where it was run again
  Proof base, head;
};

/// All that a gate found. The rows are in the order of the manifest.
struct Result {
  std::string base, head, command;  // the builds, as given
  Plan plan;
  Facts facts;                          // of the machine and the two builds
  std::vector<Row> rows, controls;      // controls: copies of the base against the base
  std::vector<std::string> complaints;  // what was bad about the input, or kept it from being measured
  std::vector<std::string> doubts;  // why no time measured here is to be trusted: controls, another machine
  double seconds = 0;               // that it all took
  std::vector<Sample> samples;      // the raw rounds, by process
  ExitCode code = exit_no_verdict;  // 0 pass, 1 regression or wrong, 2 bad input, 4 no honest verdict
};

/// The one sentence of a result: "1 of 40 benchmarks is slower", "no verdict: ...".
std::string verdict_of(const Result&);

}  // namespace lockstep::gate
