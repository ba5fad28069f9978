#pragma once

#include "backends/fused/kernels.h"

namespace lockstep::fused {

/// The variable of the environment that names an instruction set, as version() does.
inline constexpr const char* isa_variable = "LOCKSTEP_FUSED_ISA";

/// The kernels of the instruction set of that name; empty: the fastest that this machine has. Throws
/// std::invalid_argument for one that it has not, or that was not compiled.
const Kernels& find_kernels(std::string_view isa);

/// Those of the environment's choice.
const Kernels& chosen_kernels();

}  // namespace lockstep::fused
