#pragma once

#include "bench/command.h"

namespace lockstep {

/// lockstep bench --latency: verifies each row and times its steps one by one, writes the results, and
/// returns the exit code. Models are of one sample where no batch is asked for.
int latency_command(const BenchRequest&);

}  // namespace lockstep
