#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace lockstep {

/// A text of somebody else's as an error message shows it: in quotes, on one line, with what is not printable
/// escaped, and cut after 200 bytes.
inline std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 200;
  std::string shown = fmt::format("{:?}", text.substr(0, longest));
  if (text.size() > longest) shown += fmt::format("... ({} bytes)", text.size());
  return shown;
}

}  // namespace lockstep
