#pragma once

#include <span>

namespace lockstep::gate {

/// Exact one-sided p of the sign test against "the median is `center` or below it". Values on the center are
/// left out; 1 when all are. It needs no symmetry, and so has less power than signed ranks.
double sign_p_above(std::span<const double> values, double center);

}  // namespace lockstep::gate
