#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lockstep::reports {

/// `text` as every format can carry it: what is not UTF-8, and control characters other than tab and newline,
/// become U+FFFD.
std::string clean_text(std::string_view text);

/// Clean text, with & < > " ' as entities: fit for the content and the attributes of XML and HTML.
std::string escape_xml(std::string_view text);

/// Characters (code points) in clean UTF-8 text.
std::size_t width(std::string_view text);

}  // namespace lockstep::reports
