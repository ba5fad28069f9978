#pragma once

#include <string>
#include <string_view>

#include "verify/compare.h"
#include "verify/verdict.h"

namespace lockstep {

/// Judges one part of a result ("output", "final h"). The finding keeps the largest share of the tolerance,
/// and as its reason the first part that is wrong.
void judge(Finding&, std::string_view part, const Comparison&);
inline constexpr std::string_view ill_conditioned_reason =
    "noise of the size of float's rounding alone moves the exact result by more than 2^-12";
/// Whether the part holds, in words: empty, or how much is wrong and where that begins.
std::string what_is_wrong(const Comparison&);

}  // namespace lockstep
