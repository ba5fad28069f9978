#pragma once

#include <cstddef>
#include <span>

#include "bench/gate/plan.h"

namespace lockstep::gate {

/// A standard deviation that a fifth of the votes cannot spoil, however far off they are, nor one half that
/// happens to agree: the larger of Qn (Rousseeuw & Croux 1993; for small n, Croux & Rousseeuw 1992) and of
/// the ordinary one of the four fifths nearest to the median. Needs two votes, all finite.
double spread_of(std::span<const double> votes);

/// The smallest slowdown (0.031: 3.1 %) that both stages of a plan find 4 times of 5, where the log ratios of
/// processes have this standard deviation and Holm divides the level by `tests`. Screening: its median is
/// about normal. Confirmation: the exact critical value, and the power of signed ranks in Lehmann's normal
/// approximation (Nonparametrics, 1975, section 4.2). Infinite if no p of the plan reaches its level.
double detectable(double spread, const Plan&, std::size_t tests);

}  // namespace lockstep::gate
