#pragma once

#include <span>

#include "bench/gate/campaign/pool.h"
#include "bench/gate/plan.h"
#include "reports/document.h"

namespace lockstep::gate {

/// How often a gate errs, and the usual test beside it, by gates drawn from the pools: so many of equal
/// builds in each condition, and of each benchmark slowed by each effect.
reports::Document campaign_report(std::span<const Pool>, const Plan&, int gates, int gates_each,
                                  std::uint64_t seed);

}  // namespace lockstep::gate
