#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bench/ceilings/ceilings.h"

namespace lockstep {

nlohmann::ordered_json to_json(const Ceilings&);

/// Throws std::exception where it is none of that, or a number is none that a machine could have.
Ceilings ceilings_of(const nlohmann::ordered_json&);

}  // namespace lockstep
