#pragma once

#include <string_view>

namespace lockstep::reports {

/// The style sheet of every page.
extern const std::string_view html_style;

}  // namespace lockstep::reports
