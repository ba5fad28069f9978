#pragma once

#include <array>
#include <string>
#include <string_view>

#include "verify/compare.h"
#include "verify/verdict.h"

namespace lockstep {

/// What the three places of an element are called.
using Axes = std::array<std::string_view, 3>;
inline constexpr Axes sequence_axes{"batch", "step", "unit"}, weight_axes{"row", "gate", "unit"};

/// Judges one part of a result ("output", "final h"), which is the check that it fails, too, or a part of
/// that. The finding keeps the largest share of the tolerance, and as its reason the first part that is
/// wrong.
void judge(Finding&, std::string_view check, std::string_view part, const Comparison&,
           const Axes& = sequence_axes);
inline void judge(Finding& finding, std::string_view part, const Comparison& found) {
  judge(finding, part, part, found);
}
inline constexpr std::string_view ill_conditioned_gradient_reason =
    "noise of the size of float's rounding alone moves an exact gradient by more than 2^-12 of its size";
inline constexpr std::string_view ill_conditioned_reason =
    "noise of the size of float's rounding alone moves the exact result by more than 2^-12";
/// Whether the part holds, in words: empty, or how much is wrong and where that begins.
std::string what_is_wrong(const Comparison&, const Axes& = sequence_axes);

}  // namespace lockstep
