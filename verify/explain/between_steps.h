#pragma once

#include <string>

#include "backends/backend.h"
#include "verify/explain/shrink.h"

namespace lockstep {

/// What is wrong with a recurrent layer whose single steps from random states are right, by what its smallest
/// failing problem needs and by the first of its steps.
std::string wrong_between_steps(const Backend&, const Shrunk&);

}  // namespace lockstep
