#pragma once

#include <span>
#include <vector>

#include "bench/row.h"

namespace lockstep {

/// Says of every measurement what the ceilings allow the row of its name, where that can be said.
void set_roofs(std::vector<Measurement>&, std::span<const RowGroup>, const Ceilings&);

/// The rows that were faster than their roof: none, unless what they compute, or what the machine can do, was
/// counted wrongly.
std::vector<const Measurement*> rows_above_roof(const std::vector<Measurement>&);

}  // namespace lockstep
