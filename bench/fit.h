#pragma once

#include <optional>
#include <span>

namespace lockstep {

/// time = overhead + per_step * time_steps, in the unit of the times.
struct LineFit {
  double overhead = 0, per_step = 0;
  double largest_relative_error = 0;  // of the line against the points: how far to believe it
};

struct TimePoint {
  double time_steps = 0, time = 0;
};

/// Weighted least squares with weights 1 / time^2, so that every point counts by its relative error. Nothing
/// for fewer than three different lengths, or times that are not positive.
std::optional<LineFit> fit_line(std::span<const TimePoint>);

}  // namespace lockstep
