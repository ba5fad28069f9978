#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lockstep::reports {

/// How one plot element of gnuplot is to appear: its colour as a class and a default, and what hovering
/// shows.
struct PlotLook {
  std::string css_class;
  std::string color;
  std::string name;
};

struct SvgLook {
  std::string id;           ///< starts every id inside
  std::string description;  ///< for screen readers
  double font_size = 14;    ///< in units of the drawing
  std::vector<PlotLook> plots;
};

/// The SVG element in what gnuplot's svg terminal (name 'g') wrote, made small and fit to stand in a page: no
/// prologue, no fixed size, no fonts per text, no unused definitions, no empty groups, series colours as
/// `currentColor` of their group.
std::string tidy_svg(std::string_view raw, const SvgLook& look);

}  // namespace lockstep::reports
