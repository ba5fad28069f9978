#include "bench/gate/statistics/mann_whitney.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

namespace lockstep::gate {
namespace {

constexpr std::size_t exact_up_to = 8;

void check(std::span<const double> values) {
  if (values.empty()) throw std::invalid_argument("U test: an empty sample; both need a value");
  for (const double value : values)
    if (!std::isfinite(value))
      throw std::invalid_argument(fmt::format("U test: a value is {}; all must be finite", value));
}

/// P(U >= u) for samples of m and n values without ties.
double exact_tail(std::size_t m, std::size_t n, std::size_t u) {
  // ways[i][s]: to choose i of the places in the joint order seen so far, with s places of the other sample
  // before them, all together.
  std::vector<std::vector<double>> ways(m + 1, std::vector<double>(m * n + 1));
  ways[0][0] = 1;
  for (std::size_t place = 0; place < m + n; ++place)
    for (std::size_t i = std::min(place + 1, m); i > 0; --i) {
      const std::size_t before = place + 1 - i;
      for (std::size_t s = before; s <= m * n; ++s) ways[i][s] += ways[i - 1][s - before];
    }
  double tail = 0, all = 0;
  for (std::size_t s = 0; s <= m * n; ++s) {
    all += ways[m][s];
    if (s >= u) tail += ways[m][s];
  }
  return tail / all;
}

}  // namespace

double mann_whitney_p(std::span<const double> a, std::span<const double> b) {
  check(a);
  check(b);
  std::vector<double> joint(a.begin(), a.end());
  joint.insert(joint.end(), b.begin(), b.end());
  std::sort(joint.begin(), joint.end());
  double rank_sum = 0, ties = 0;  // of a; t^3 - t over groups of t
  for (std::size_t first = 0, end = 0; first < joint.size(); first = end) {
    while (end < joint.size() && joint[end] == joint[first]) ++end;
    const auto t = static_cast<double>(end - first);
    ties += t * t * t - t;
    rank_sum += static_cast<double>(std::count(a.begin(), a.end(), joint[first])) *
                (static_cast<double>(first + 1 + end) / 2);
  }
  const auto m = static_cast<double>(a.size()), n = static_cast<double>(b.size());
  const double below = rank_sum - m * (m + 1) / 2;
  const double u = std::max(below, m * n - below);
  if (ties == 0 && std::min(a.size(), b.size()) <= exact_up_to)
    return std::min(1.0, 2 * exact_tail(a.size(), b.size(), static_cast<std::size_t>(u)));
  const double variance = m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1)));
  if (!(variance > 0)) return 1;
  const double z = (u - m * n / 2 - 0.5) / std::sqrt(variance);
  return std::min(1.0, std::erfc(z / std::sqrt(2)));
}

}  // namespace lockstep::gate
