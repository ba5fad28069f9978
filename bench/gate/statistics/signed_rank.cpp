#include "bench/gate/statistics/signed_rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "bench/gate/statistics/median.h"

namespace lockstep::gate {
namespace {

void check(std::span<const double> values) {
  if (values.empty()) throw std::invalid_argument("signed rank: no value; at least one is needed");
  for (const double value : values)
    if (!std::isfinite(value))
      throw std::invalid_argument(fmt::format("signed rank: a value is {}; all must be finite", value));
}

/// P(sum = s) for s from 0, where each weight is in the sum or not, by a fair coin.
std::vector<double> coin_sums(const std::vector<std::size_t>& weights) {
  std::vector<double> probability(std::accumulate(weights.begin(), weights.end(), std::size_t{0}) + 1);
  probability[0] = 1;
  std::size_t largest = 0;
  for (const std::size_t weight : weights) {
    largest += weight;
    for (std::size_t sum = largest + 1; sum-- > 0;)
      probability[sum] = (probability[sum] + (sum >= weight ? probability[sum - weight] : 0)) / 2;
  }
  return probability;
}

double mean_of_two(double a, double b) {
  return a / 2 + b / 2;
}

}  // namespace

double p_above(std::span<const double> values, double center) {
  check(values);
  std::vector<double> distances;  // with the sign
  for (const double value : values) distances.push_back(value - center);
  std::sort(distances.begin(), distances.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
  std::vector<std::size_t> twice_ranks;  // mean ranks are whole or half
  std::size_t observed = 0;
  for (std::size_t first = 0, end = 0; first < distances.size(); first = end) {
    while (end < distances.size() && std::abs(distances[end]) == std::abs(distances[first])) ++end;
    if (distances[first] == 0) continue;
    for (std::size_t i = first; i < end; ++i) {
      twice_ranks.push_back(first + 1 + end);
      if (distances[i] > 0) observed += twice_ranks.back();
    }
  }
  const std::vector<double> probability = coin_sums(twice_ranks);
  double p = 0;  // from the far end, where they are smallest
  for (std::size_t sum = probability.size(); sum-- > observed;) p += probability[sum];
  return std::min(p, 1.0);
}

double p_below(std::span<const double> values, double center) {
  std::vector<double> mirrored;
  for (const double value : values) mirrored.push_back(-value);
  return p_above(mirrored, -center);
}

double smallest_p(int n) {
  return std::ldexp(1, -n);
}

Depth depth_for(int n, double tail) {
  std::vector<std::size_t> ranks(static_cast<std::size_t>(n));
  std::iota(ranks.begin(), ranks.end(), std::size_t{1});
  const std::vector<double> probability = coin_sums(ranks);
  Depth depth;
  for (double sum = probability[0]; sum <= tail && depth.k < probability.size() / 2;
       sum += probability[depth.k])
    depth = {depth.k + 1, sum};
  return depth;
}

HodgesLehmann hodges_lehmann(std::span<const double> values, double level) {
  check(values);
  const int n = static_cast<int>(values.size());
  std::vector<double> means;
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = i; j < values.size(); ++j) means.push_back(mean_of_two(values[i], values[j]));
  std::sort(means.begin(), means.end());
  Depth depth = depth_for(n, (1 - level) / 2);
  if (depth.k == 0) depth = {1, smallest_p(n)};
  return {median(means), means[depth.k - 1], means[means.size() - depth.k], 1 - 2 * depth.tail};
}

}  // namespace lockstep::gate
