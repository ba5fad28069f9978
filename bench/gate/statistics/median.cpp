#include "bench/gate/statistics/median.h"

#include <algorithm>
#include <cassert>

namespace lockstep::gate {

double median(std::vector<double> values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 != 0) return *middle;
  return *std::max_element(values.begin(), middle) / 2 + *middle / 2;
}

}  // namespace lockstep::gate
