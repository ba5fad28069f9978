#pragma once

#include "backends/backend.h"
#include "cases/data.h"
#include "verify/verdict.h"

namespace lockstep {

/// The problem's data with small integers for weights, inputs and states: where the activation is linear or
/// relu and the layer short, every sum is a whole number that a float holds.
Given integers_for(const Problem&, std::uint64_t seed);

/// Checks the backend on such data of a Dense layer and a SimpleRNN, as Dense and SimpleRNN with linear and
/// relu, and asks for an error of exactly 0. The finding is the first that fails, or else the last.
Finding check_exact_integers(const Backend&);

}  // namespace lockstep
