#pragma once

#include <string_view>

#include "bench/gate/sample.h"

namespace lockstep::gate {

/// What the files of a gate say they are; and what those of every version begin with.
inline constexpr std::string_view result_schema = "lockstep-gate/1", result_schemas = "lockstep-gate/";

/// A pair as it is written in them.
constexpr std::string_view name_of(Pair pair) {
  return pair == Pair::head ? "head" : pair == Pair::control ? "control" : "layout";
}

}  // namespace lockstep::gate
