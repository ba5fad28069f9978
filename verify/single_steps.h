#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cases/data.h"
#include "verify/compare.h"

namespace lockstep {

/// The steps of a recurrent problem one by one, each from the oracle's state (rounded to float), so that no
/// step inherits what another erred: a batch with one row for each step of the probed rows that no mask
/// excludes, in the order of time.
struct SingleSteps {
  SingleSteps(const Problem&, const Given&);

  std::vector<std::array<std::int64_t, 2>> places;  // of each row: the batch row and step that it comes from
  Problem problem;  // of one time step, states given and returned; a batch of 0 where every step is masked
  Given given;
  Asked<double> expected;

  /// Compares what a layer made of it: [rows, units]. The places are those of the whole problem.
  Comparison compare_h(const StateView<const float>& h) const;
  Comparison compare_c(const StateView<const float>& c) const;

 private:
  Comparison compare_state(const Buffer<double>& expected, const StateView<const float>& actual) const;
};

}  // namespace lockstep
