#pragma once

#include "backends/team.h"
#include "bench/ceilings/ceilings.h"
#include "bench/ceilings/kernels.h"

namespace lockstep {

/// Cycles per second of this thread: additions that wait for each other, one a cycle.
double measure_clock(double seconds);

/// Multiply-adds on registers in as many independent chains as it takes to keep every unit busy.
OneAndAll measure_flops(const Kernels&, Team&, double seconds);

/// Seconds per element of a function of Kernels, on numbers that stay in the nearest cache.
double measure_function(void (*function)(const float*, float*, std::size_t), double seconds);

}  // namespace lockstep
