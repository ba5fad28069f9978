#include "cases/packs.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"

namespace lockstep {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

/// The next line of the text, which is taken off.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return trimmed(line);
}

}  // namespace

CaseSet read_pack(const PackText& pack) {
  std::string_view text = pack.text;
  const auto refuse = [&](std::string_view line, const char* accepted) {
    throw std::invalid_argument(
        fmt::format("pack {}: line {}: accepted is {}", pack.name, in_quotes(line), accepted));
  };
  const std::string_view first = take_line(text);
  if (!first.starts_with("# ")) refuse(first, "\"# WHY\" in the first");
  CaseSet set{pack.name, trimmed(first.substr(1)), {}};
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty() || line.starts_with('#')) continue;
    const auto bar = line.find('|');
    const std::string_view problems = trimmed(line.substr(0, bar));
    const std::string_view source = bar == std::string_view::npos ? "" : trimmed(line.substr(bar + 1));
    if (problems.empty() || source.empty()) refuse(line, "PROBLEMS | SOURCE");
    set.lines.push_back({problems, source});
  }
  return set;
}

}  // namespace lockstep
