#pragma once

#include "backends/backend.h"
#include "bench/gate/lab/wire.h"
#include "verify/verdict.h"

namespace lockstep::gate {

/// Whether the backend computes a case as the oracle does: outputs, and in training the gradients.
Finding check_alone(const Backend&, const Case&);

/// Verifies the benchmarks on one build's modules, and counts what a call of each that passes allocates and
/// asks of its library, whose counter has to be preloaded.
Proofs prove(const ProveTask&);

}  // namespace lockstep::gate
