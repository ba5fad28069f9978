#include "bench/gate/sample.h"

#include <cmath>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "bench/gate/statistics/median.h"

namespace lockstep::gate {
namespace {

void check_times(const Sample& sample, std::string_view side, const std::vector<double>& times) {
  for (std::size_t round = 0; round < times.size(); ++round)
    if (!std::isfinite(times[round]) || !(times[round] > 0))
      throw std::invalid_argument(
          fmt::format("{}: {} s of the {} in round {}; accepted is a finite time above zero",
                      sample.benchmark, times[round], side, round + 1));
}

}  // namespace

double log_ratio(const Sample& sample, int rounds) {
  if (sample.base.size() != sample.head.size())
    throw std::invalid_argument(fmt::format("{}: {} rounds of the base, {} of the head; accepted is as many",
                                            sample.benchmark, sample.base.size(), sample.head.size()));
  if (sample.base.empty() || std::ssize(sample.base) < rounds)
    throw std::invalid_argument(fmt::format("{}: {} rounds; accepted are at least {}", sample.benchmark,
                                            sample.base.size(), std::max(rounds, 1)));
  check_times(sample, "base", sample.base);
  check_times(sample, "head", sample.head);
  std::vector<double> logs;
  for (std::size_t round = 0; round < sample.base.size(); ++round)
    logs.push_back(std::log(sample.head[round]) - std::log(sample.base[round]));
  return median(std::move(logs));
}

}  // namespace lockstep::gate
