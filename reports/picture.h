#pragma once

#include <string>

#include "reports/document.h"

namespace lockstep::reports {

/// The first chart of the document with points as an SVG file of its own, on white.
/// std::invalid_argument: the document has no such chart. Also what svg throws.
std::string picture(const Document&);

}  // namespace lockstep::reports
