#pragma once

#include "backends/spec.h"

namespace lockstep {

/// Floating-point operations of one forward run, a multiply-add counted as two, activations not counted:
/// recurrent 2 · gates · B · T · U · (F + U), dense 2 · B · T · F · U, activation 0.
double flops(const Problem&);

/// Time steps of all sequences of one run: batch * time_steps. Throughput is this over the time.
double steps(const Problem&);

}  // namespace lockstep
