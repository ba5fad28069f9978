#pragma once

#include <string>

#include "backends/spec.h"
#include "backends/tensor.h"

namespace lockstep {

/// Why no float layer could give the expected output; empty where all of it is within float's range.
std::string beyond_float(const SequenceView<const double>& expected);

/// Why the expected output could not tell a right layer from a wrong one (mostly zeros, the same in every
/// unit or at every step, saturated); empty when it can. Steps that a mask excludes do not count.
std::string distrust(const Problem&, const SequenceView<const double>& expected, const MaskView& mask);

}  // namespace lockstep
