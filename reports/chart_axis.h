#pragma once

#include <string>
#include <vector>

namespace lockstep::reports {

struct Tick {
  double at = 0;
  std::string label;  ///< empty: a minor tick
};

/// The range that is drawn, a little wider than the data, and its ticks.
struct Axis {
  double from = 0, to = 1;
  std::vector<Tick> ticks;
};

/// A linear axis at round steps; it starts at zero where the data is positive and comes near it.
Axis linear_axis(double smallest, double largest);
/// A logarithmic axis over positive values: ticks at the values themselves where all are powers of two, else
/// at powers of ten, and between them where the range is short.
Axis log_axis(const std::vector<double>& values);

/// A number as an axis shows it: "512", "0.25", "20k", "1.5M".
std::string short_number(double value);

}  // namespace lockstep::reports
