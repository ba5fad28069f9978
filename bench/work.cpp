#include "bench/work.h"

namespace lockstep {

double flops(const Problem& problem) {
  const auto features = static_cast<double>(problem.shape.features);
  if (const auto* recurrent = as_recurrent(problem)) {
    const auto units = static_cast<double>(recurrent->units);
    return 2 * static_cast<double>(gate_count(*recurrent)) * steps(problem) * units * (features + units);
  }
  if (const auto* dense = as_dense(problem))
    return 2 * steps(problem) * features * static_cast<double>(dense->units);
  return 0;
}

double steps(const Problem& problem) {
  return static_cast<double>(problem.shape.batch) * static_cast<double>(problem.shape.time_steps);
}

}  // namespace lockstep
