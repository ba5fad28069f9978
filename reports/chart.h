#pragma once

#include <string>
#include <vector>

namespace lockstep::reports {

/// One curve. x rises strictly. low and high bound the spread around y; both have a value per x, or none.
struct Series {
  std::string name = {};
  std::vector<double> x = {}, y = {}, low = {}, high = {};
};

/// Curves over common axes. A series without points is left out.
struct Chart {
  std::string title = {};
  std::string x_label = {}, y_label = {};
  bool log_x = false, log_y = false;
  std::vector<Series> series = {};
  std::vector<std::string> caption = {};  ///< lines to stand below the chart
};

/// std::invalid_argument, naming chart and series: lengths that differ, x that does not rise, a number that
/// is not finite, or not positive on a logarithmic axis.
void validate(const Chart& chart);

/// Whether there is anything to draw.
bool has_points(const Chart& chart);

/// One line that says in words what the chart shows, for those who don't see it.
std::string describe(const Chart& chart);

/// Each chart as one SVG element: it scales with the page, needs nothing from outside, takes its text colours
/// from the page, and shares no id with the others of the same call. A series has the colour, marker and dash
/// of its place in `order`; names that are missing there follow in order of appearance.
/// std::invalid_argument: as validate, or a chart without points. std::runtime_error: gnuplot is missing or
/// failed.
std::vector<std::string> svgs(const std::vector<Chart>& charts, std::vector<std::string> order = {});
std::string svg(const Chart& chart);

}  // namespace lockstep::reports
