#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/gate/campaign/pool.h"
#include "bench/gate/plan.h"

namespace lockstep::gate {

/// How gates whose processes were drawn from pools came out. A gate draws plan.screen + plan.confirm
/// processes of each effect without replacement, for all its benchmarks the same ones, and others for its
/// controls.
struct EqualBuilds {
  std::string condition;
  std::size_t benchmarks = 0, processes = 0;
  int gates = 0, failed = 0, no_verdict = 0;
  std::int64_t rows = 0, rows_failed = 0, rows_inconclusive = 0;
};
/// Gates of which no benchmark was changed.
EqualBuilds try_equal(const Pool& equal, const Plan&, int gates, std::uint64_t seed);

/// Gates of which one benchmark was slower by the effect of `slower`, each in turn.
struct Power {
  std::string condition;
  double effect = 0;
  int gates = 0, found = 0;
  double worst = 1;  // of a single benchmark: how often it was found
  std::string worst_benchmark = {};
  int intervals = 0,
      covering = 0;  // 95 % intervals of the slowed benchmark, and those that hold the middle of its pool
};
Power try_slower(const Pool& equal, const Pool& slower, const Plan&, int gates_each, std::uint64_t seed);

/// The usual test on the same batches: ten of the base in one process against ten of the head in another,
/// Mann and Whitney's U at 5 %, two-sided.
struct UsualTest {
  std::string condition;
  double effect = 0;
  int comparisons = 0, different = 0, slower = 0, slower_by_5_percent = 0;
};
UsualTest try_usual(const Pool&, std::uint64_t seed);

}  // namespace lockstep::gate
