#pragma once

#include <string>

#include "reports/document.h"

namespace lockstep::reports {

/// The document as one page (HTML5, also well-formed XML): no script, nothing loaded from elsewhere; for wide
/// screens, phones, dark mode and paper. A chart without points is told as such.
/// std::runtime_error: gnuplot is missing or failed. std::invalid_argument: as svgs.
std::string html(const Document& document);

}  // namespace lockstep::reports
