#pragma once

#include "backends/backend.h"
#include "verify/gradients/expected.h"
#include "verify/verdict.h"

namespace lockstep {

/// Runs a layer of Pass::training forward and back in both layouts of the sequences, twice each, and once
/// more by a layer that got these weights only after others, and notes in the finding what is wrong.
void check_gradients(Finding&, const Backend&, const Case&, const ExpectedGradients&);

}  // namespace lockstep
