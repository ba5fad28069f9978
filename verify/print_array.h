#pragma once

#include <string>

#include "backends/tensor.h"

namespace lockstep {

/// [batch, time_steps, features] as numpy prints it: eight decimals, and past 1000 elements only three at
/// each end of an axis.
std::string print_array(const SequenceView<const float>&);

}  // namespace lockstep
