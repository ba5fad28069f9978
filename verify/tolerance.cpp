#include "verify/tolerance.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

double tolerance(const Problem& problem, double largest) {
  const auto features = static_cast<double>(problem.shape.features);
  const auto* recurrent = as_recurrent(problem);
  double depth = as_dense(problem) != nullptr ? features : 0;
  double growth = 1;
  if (recurrent != nullptr) {
    depth = features + static_cast<double>(recurrent->units);
    growth = 1 + std::log2(static_cast<double>(problem.shape.time_steps)) / 4;
  }
  return (16 + 4 * std::sqrt(depth)) * unit_roundoff * growth * std::max(1.0, largest);
}

double tolerance(std::span<const Problem> layers, double largest) {
  double sum = 0;
  for (const Problem& layer : layers) sum += tolerance(layer, largest);
  return sum;
}

}  // namespace lockstep
