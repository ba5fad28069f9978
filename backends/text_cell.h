#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

enum class Align { left, right };

/// The lines of a table's cell, each `width` characters of UTF-8: broken between words; a word that is too
/// long ends in "…", as in the tables of rich.
std::vector<std::string> wrap_cell(std::string_view text, std::size_t width, Align);

}  // namespace lockstep
