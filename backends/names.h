#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lockstep {

/// The names of an enum's values, in order: one table serves printing, parsing and the list of what is
/// accepted.
template <class Enum, std::size_t N>
struct Names {
  std::array<std::string_view, N> names;

  constexpr std::string_view of(Enum value) const { return names[static_cast<std::size_t>(value)]; }
  constexpr std::optional<Enum> parse(std::string_view text) const {
    for (std::size_t i = 0; i < N; ++i)
      if (names[i] == text) return static_cast<Enum>(i);
    return std::nullopt;
  }
  std::string accepted() const {
    std::string list;
    for (const auto name : names) (list += list.empty() ? "" : ", ") += name;
    return list;
  }
};

}  // namespace lockstep
