#include "bench/gate/statistics/sign_test.h"

#include <algorithm>
#include <cmath>

namespace lockstep::gate {

double sign_p_above(std::span<const double> values, double center) {
  const auto above = std::count_if(values.begin(), values.end(), [&](double x) { return x > center; });
  const auto below = std::count_if(values.begin(), values.end(), [&](double x) { return x < center; });
  const auto n = above + below;
  double p = 0, term = std::ldexp(1, -static_cast<int>(n));  // of `heads` heads in n throws
  for (std::ptrdiff_t heads = n; heads >= above; --heads) {
    p += term;
    term *= static_cast<double>(heads) / static_cast<double>(n - heads + 1);
  }
  return std::min(p, 1.0);
}

}  // namespace lockstep::gate
