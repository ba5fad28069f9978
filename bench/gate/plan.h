#pragma once

#include <cstddef>

namespace lockstep::gate {

/// How a gate measures and decides; fixed before the first number is seen. Effects are relative: 0.02 is 2 %
/// of the base's time.
struct Plan {
  int screen = 6;               // processes that look at every benchmark; they can fail nothing
  int confirm = 28;             // fresh ones, for what the screening did not clear
  double screen_above = 0.01;   // cleared are those whose median is within this of no change
  double margin = 0.02;         // a slowdown up to here is none
  double level = 0.01;          // how often a gate of unchanged benchmarks may fail, all of them together
  double detect = 0.05;         // a row that could not have shown this much is inconclusive
  double control_share = 0.1;   // of the benchmarks, measured against a copy of the base as well
  int rounds = 48;              // pairs of batches of one benchmark in one process, a multiple of 4
  double batch_seconds = 5e-4;  // of one batch, about
  int layouts_needed = 3;       // paddings that a regression is run again on, where only time says so
};

/// Throws std::invalid_argument that names the field: what no gate could be run by, and a plan that could
/// never fail: that of `benchmarks`, all confirmed at once, none could reach its level with `confirm`
/// processes.
void validate(const Plan&, std::size_t benchmarks);

}  // namespace lockstep::gate
