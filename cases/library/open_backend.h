#pragma once

#include "backends/backend.h"
#include "cases/library/lockstep.h"

namespace lockstep {

/// Loads the backend of the options, and no other. Throws std::invalid_argument that lists the names where
/// there is none such, std::runtime_error with the reason where it does not load.
const Backend& open_backend(const PrepareOptions&);

}  // namespace lockstep
