#include "bench/fit.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace lockstep {

std::optional<LineFit> fit_line(std::span<const TimePoint> points) {
  std::set<double> lengths;
  for (const auto& point : points) {
    if (!(point.time > 0) || !std::isfinite(point.time)) return std::nullopt;
    lengths.insert(point.time_steps);
  }
  if (lengths.size() < 3) return std::nullopt;
  // The normal equations of sum (w (a + b x - y))^2 with w = 1 / y.
  double ww = 0, wwx = 0, wwxx = 0, wwy = 0, wwxy = 0;
  for (const auto& [x, y] : points) {
    const double weight = 1 / (y * y);
    ww += weight;
    wwx += weight * x;
    wwxx += weight * x * x;
    wwy += weight * y;
    wwxy += weight * x * y;
  }
  const double determinant = ww * wwxx - wwx * wwx;
  if (!(std::abs(determinant) > 0)) return std::nullopt;
  LineFit fit;
  fit.overhead = (wwxx * wwy - wwx * wwxy) / determinant;
  fit.per_step = (ww * wwxy - wwx * wwy) / determinant;
  for (const auto& [x, y] : points)
    fit.largest_relative_error =
        std::max(fit.largest_relative_error, std::abs(fit.overhead + fit.per_step * x - y) / y);
  return fit;
}

}  // namespace lockstep
