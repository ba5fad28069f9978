#pragma once

#include <cmath>
#include <vector>

#include "bench/gate/decide.h"

namespace lockstep::gate {

/// So many log ratios at equal distances, in the middle of which is that of this ratio; `deviation` is their
/// standard one, about.
inline std::vector<double> votes_about(double ratio, int count, double deviation = 0.01) {
  std::vector<double> votes;
  for (int i = 0; i < count; ++i)
    votes.push_back(std::log(ratio) + deviation * std::sqrt(3) * ((2.0 * i + 1) / count - 1));
  return votes;
}

/// Votes of a benchmark that was only screened.
inline Votes screened(double ratio, const Plan& plan = {}) {
  return {.screen = votes_about(ratio, plan.screen), .confirm = {}, .layouts = {}};
}
/// Votes of one that was confirmed, too.
inline Votes confirmed(double ratio, const Plan& plan = {}, double deviation = 0.01) {
  return {.screen = votes_about(ratio, plan.screen, deviation),
          .confirm = votes_about(ratio, plan.confirm, deviation),
          .layouts = {}};
}

/// A row that waits for its decision, `State::pass` standing for nothing yet.
inline Row timed_row() {
  Row row;
  row.benchmark = "lstm/backend:eigen";
  row.state = State::pass;
  return row;
}

}  // namespace lockstep::gate
