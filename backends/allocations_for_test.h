#pragma once

namespace lockstep {

/// How often the program it is linked into has asked for memory by `new`.
long allocations_so_far();

}  // namespace lockstep
