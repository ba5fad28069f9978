#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cases/case.h"

namespace lockstep {

/// A file of cases/packs, as it was when the program was built.
struct PackText {
  std::string_view name, text;
};
std::span<const PackText> pack_texts();

/// The set that a pack is: "# why it is there" first, then a line for each "PROBLEMS | SOURCE", the problems
/// in the form of cases/expand.h; other lines that begin with # are for those who read the file. It points
/// into the text. Throws std::invalid_argument for a line of another form.
CaseSet read_pack(const PackText&);

}  // namespace lockstep
