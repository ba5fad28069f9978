#include "bench/measurement.h"

#include <algorithm>

namespace lockstep {

double Measurement::median() const {
  std::vector<double> sorted = seconds;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
double Measurement::lowest() const {
  return *std::min_element(seconds.begin(), seconds.end());
}
double Measurement::highest() const {
  return *std::max_element(seconds.begin(), seconds.end());
}

bool Results::all_verified() const {
  return std::all_of(measurements.begin(), measurements.end(),
                     [](const Measurement& row) { return row.verdict == "pass" || row.verdict == "skip"; });
}

}  // namespace lockstep
