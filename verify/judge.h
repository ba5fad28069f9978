#pragma once

#include <string_view>

#include "verify/compare.h"
#include "verify/verdict.h"

namespace lockstep {

/// Judges one part of a result ("output", "final h") against what is allowed. The finding keeps the largest
/// share of the tolerance, and as its reason the first part that is wrong.
void judge(Finding&, std::string_view part, const Comparison&, double allowed);

}  // namespace lockstep
