#pragma once

#include <string>
#include <string_view>

#include "backends/spec.h"

namespace lockstep {

/// "lstm/B:1/T:256/F:32/U:64/seq:1/threads:1": a benchmark's name, a filter and a repro line. Fields are in a
/// fixed order; act, rec_act, bias, back, zero_mask, mask, state, final and pass appear where they differ
/// from the default.
std::string to_string(const Problem&);

/// The inverse, for fields in any order; what is absent has its default. Throws std::invalid_argument that
/// names the field at fault and what is accepted; the result is valid.
Problem parse_problem(std::string_view text);

/// Whether a layer ("lstm", "dense") has a field of that key; false for a layer that there is not.
bool has_field(std::string_view layer, std::string_view key);

}  // namespace lockstep
