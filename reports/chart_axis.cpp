#include "reports/chart_axis.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace lockstep::reports {

namespace {

constexpr int most_labels = 7;

bool power_of_two(double value) {
  int exponent = 0;
  return std::frexp(value, &exponent) == 0.5;
}

/// Labels every so many of `count` ticks, so that at most `most_labels` carry one.
int label_stride(int count) {
  return (count + most_labels - 1) / most_labels;
}

std::vector<Tick> ticks_of_two(int first, int last) {
  std::vector<Tick> ticks;
  const int stride = label_stride(last - first + 1);
  for (int e = first; e <= last; ++e) {
    const double at = std::ldexp(1.0, e);
    const bool plain = at >= 1 && at < 1e6;
    const std::string label = plain ? fmt::format("{:.0f}", at) : short_number(at);
    ticks.push_back({at, (e - first) % stride == 0 ? label : ""});
  }
  return ticks;
}

std::vector<Tick> ticks_of_ten(double from, double to) {
  std::vector<Tick> ticks;
  const int first = static_cast<int>(std::floor(std::log10(from)));
  const int last = static_cast<int>(std::ceil(std::log10(to)));
  const double decades = std::log10(to / from);
  const int lowest = static_cast<int>(std::ceil(std::log10(from)));
  const int stride = label_stride(static_cast<int>(std::floor(std::log10(to))) - lowest + 1);
  for (int e = first; e <= last; ++e)
    for (int factor = 1; factor <= 9; ++factor) {
      const double at = factor * std::pow(10.0, e);
      if (at < from || at > to) continue;
      const bool labelled = decades < 0.7   ? true
                            : decades < 2.3 ? factor == 1 || factor == 2 || factor == 5
                                            : factor == 1 && (e - lowest) % stride == 0;
      ticks.push_back({at, labelled ? short_number(at) : ""});
    }
  return ticks;
}

}  // namespace

std::string short_number(double value) {
  constexpr std::pair<double, const char*> prefixes[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e4, "k"}};
  if (std::abs(value) >= 1e15) return fmt::format("{:.3g}", value);
  for (const auto& [scale, prefix] : prefixes)
    if (std::abs(value) >= scale)
      return fmt::format("{:.4g}{}", value / (scale == 1e4 ? 1e3 : scale), prefix);
  return fmt::format("{:.4g}", value);
}

Axis linear_axis(double smallest, double largest) {
  if (smallest > 0 && smallest < 0.6 * largest) smallest = 0;
  if (smallest == largest) {
    const double around = smallest == 0 ? 1 : std::abs(smallest) / 2;
    smallest -= around;
    largest += around;
  }
  const double rough = (largest - smallest) / 5;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1);
  const double first = std::floor(smallest / step), last = std::ceil(largest / step);
  Axis axis{.from = first * step, .to = last * step, .ticks = {}};
  for (double i = first; i <= last; ++i) axis.ticks.push_back({i * step, short_number(i * step)});
  return axis;
}

Axis log_axis(const std::vector<double>& values) {
  const auto [smallest, largest] = std::ranges::minmax(values);
  const double margin = std::max(std::pow(largest / smallest, 0.03), 1.05);
  Axis axis{.from = smallest / margin, .to = largest * margin, .ticks = {}};
  if (std::ranges::all_of(values, power_of_two)) {
    axis.ticks = ticks_of_two(std::ilogb(smallest), std::ilogb(largest));
    return axis;
  }
  axis.ticks = ticks_of_ten(axis.from, axis.to);
  if (axis.ticks.size() < 2)
    axis.ticks = {{smallest, short_number(smallest)}, {largest, short_number(largest)}};
  return axis;
}

}  // namespace lockstep::reports
