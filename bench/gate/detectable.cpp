#include "bench/gate/detectable.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "bench/gate/statistics/median.h"
#include "bench/gate/statistics/signed_rank.h"

namespace lockstep::gate {
namespace {

constexpr double found = 0.8;          // 4 times of 5
constexpr double largest_log = 300;    // beyond which a ratio is as good as infinite, but finite
constexpr double negligible = 1e-300;  // a spread that divides nothing

double normal_cdf(double x) {
  return std::erfc(-x / std::numbers::sqrt2) / 2;
}

double qn(std::span<const double> votes) {
  constexpr std::array<double, 10> small = {0, 0, 0.399, 0.994, 0.512, 0.844, 0.611, 0.857, 0.669, 0.872};
  const std::size_t n = votes.size(), h = n / 2 + 1;
  std::vector<double> differences;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) differences.push_back(std::abs(votes[i] - votes[j]));
  const auto kth = differences.begin() + static_cast<std::ptrdiff_t>(h * (h - 1) / 2 - 1);
  std::nth_element(differences.begin(), kth, differences.end());
  const auto count = static_cast<double>(n);
  const double correction = n < small.size() ? small[n] : count / (count + (n % 2 != 0 ? 1.4 : 3.8));
  return 2.2219 * correction * *kth;
}

double deviation_of_four_fifths(std::span<const double> votes) {
  const double middle = median({votes.begin(), votes.end()});
  std::vector<double> near(votes.begin(), votes.end());
  std::sort(near.begin(), near.end(),
            [&](double a, double b) { return std::abs(a - middle) < std::abs(b - middle); });
  near.resize(near.size() - near.size() / 5);
  const auto count = static_cast<double>(near.size());
  const double mean = std::accumulate(near.begin(), near.end(), 0.0) / count;
  double squares = 0;
  for (const double vote : near) squares += (vote - mean) * (vote - mean);
  return std::sqrt(squares / (count - 1));
}

/// P(Z1 + Z2 > 0 and Z1 + Z3 > 0) for independent normal Z of mean d and variance 1.
double both_sums_positive(double d) {
  constexpr double step = 0.5;  // the trapezoidal rule is as good as exact on a bell
  double sum = 0;
  for (double z = -6; z <= 6; z += step) {
    const double above = normal_cdf(z + 2 * d);
    sum += std::exp(-z * z / 2) * above * above;
  }
  return sum * step / std::sqrt(2 * std::numbers::pi);
}

/// How often the k-th smallest mean of two of `votes` normal values of mean d and variance 1 is above zero.
double confirmed(double d, int votes, std::size_t k) {
  const double n = votes, one = normal_cdf(d);
  if (k == 1) return std::pow(one, n);
  const double sum = normal_cdf(d * std::numbers::sqrt2), two = both_sums_positive(d);
  const double mean = n * (n - 1) / 2 * sum + n * one;
  const double variance = n * (n - 1) * (n - 2) * (two - sum * sum) +
                          n * (n - 1) / 2 * (2 * (one - sum) * (one - sum) + 3 * sum * (1 - sum)) +
                          n * one * (1 - one);
  const double critical = n * (n + 1) / 2 - static_cast<double>(k) + 1;
  return normal_cdf((mean - critical + 0.5) / std::sqrt(std::max(variance, negligible)));
}

}  // namespace

double spread_of(std::span<const double> votes) {
  assert(votes.size() >= 2);
  return std::max(qn(votes), deviation_of_four_fifths(votes));
}

double detectable(double spread, const Plan& plan, std::size_t tests) {
  const Depth depth = depth_for(plan.confirm, plan.level / static_cast<double>(tests));
  if (depth.k == 0) return std::numeric_limits<double>::infinity();
  const double unit = std::max(spread, negligible);
  // Laplace's variance of a median, pi / 2n, made exact for n = 1, too.
  const double of_median = unit * std::sqrt(std::numbers::pi / (2 * plan.screen + std::numbers::pi - 2));
  const auto power = [&](double effect) {
    return normal_cdf((effect - std::log1p(plan.screen_above)) / of_median) *
           confirmed((effect - std::log1p(plan.margin)) / unit, plan.confirm, depth.k);
  };
  double low = 0, high = std::log1p(plan.margin) + unit;
  while (power(high) < found && high < largest_log) high *= 2;
  for (int halving = 0; halving < 30; ++halving) {
    const double middle = (low + high) / 2;
    (power(middle) < found ? low : high) = middle;
  }
  return std::expm1(std::min(high, largest_log));
}

}  // namespace lockstep::gate
