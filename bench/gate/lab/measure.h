#pragma once

#include <vector>

#include "backends/registry.h"
#include "bench/gate/lab/wire.h"

namespace lockstep::gate {

/// Loads the modules of both builds, in random order, and times what is asked for, in random order. Throws
/// std::runtime_error that names the module: it does not load, is the same code as the one beside it, or
/// computes neither what it did when it was proven nor what is right.
std::vector<Sample> measure(const MeasureTask&);

/// Throws std::runtime_error where two loaded modules share their code, or have it from other files than
/// their own.
void expect_apart(const Module& base, const Module& head);

}  // namespace lockstep::gate
