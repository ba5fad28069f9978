#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "backends/spec.h"

namespace lockstep {

/// "1,8,64", "1-9+4" (1 5 9) and "1-4096*2" (1 2 4 ... 4096), in any mixture. Throws std::invalid_argument
/// that says what is wrong and what is accepted.
std::vector<std::int64_t> parse_list(std::string_view text);

/// A problem's text in which the layer and every field may be a list:
/// "lstm,gru/B:1,32/T:1-4096*2/F:32/U:64/seq:1". The last field varies fastest. A field that one of several
/// listed layers does not have is left out for that layer. After "pairwise:" only as many of the problems as
/// it takes for each two values of any two fields to meet (cases/covering.h), for each layer by itself, and
/// for each reset_after and style, which make another layer of it.
std::vector<Problem> expand_problems(std::string_view text);

}  // namespace lockstep
