#include "bench/gate/statistics/holm.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lockstep::gate {

std::vector<bool> holm(std::span<const double> p, double level) {
  const auto key = [&](std::size_t i) { return std::isnan(p[i]) ? 2 : p[i]; };
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::vector<bool> rejected(p.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (key(order[i]) > level / static_cast<double>(order.size() - i)) break;
    rejected[order[i]] = true;
  }
  return rejected;
}

}  // namespace lockstep::gate
