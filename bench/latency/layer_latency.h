#pragma once

#include <span>
#include <vector>

#include "backends/backend.h"
#include "bench/row.h"
#include "cases/case.h"

namespace lockstep {

inline constexpr const char* latency_of_step = "latency";  // Labels::what

/// Each case on every backend, one time step per call, whatever its own:
/// "latency/lstm/B:1/T:1/F:32/U:64/seq:1/ state:1/final:1/threads:1/backend:eigen". A row's call goes on from
/// the states that the call before it ended in. What its first calls return is compared with what the oracle
/// says of the whole sequence, and a step from states that are no zeros with what it says of that; the layer
/// that is timed is the very one. Cases that differ in nothing but time steps are one. A group has those that
/// differ in threads or backend.
std::vector<RowGroup> layer_latency_rows(std::span<const Case>, std::span<const Backend* const>);

/// As many time steps as the oracle can say the outputs of in seconds, where one takes so many operations.
std::int64_t steps_to_verify(double flops_per_step);

}  // namespace lockstep
