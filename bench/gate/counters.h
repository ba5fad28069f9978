#pragma once

#include <string>

#include "bench/gate/sample.h"

namespace lockstep::gate {

/// What the head counts more of than the base, "7 allocations per call, base 2"; empty: nothing.
std::string counted_more(const Proof& base, const Proof& head);
/// What it counts less of.
std::string counted_less(const Proof& base, const Proof& head);

}  // namespace lockstep::gate
