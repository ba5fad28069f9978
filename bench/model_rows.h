#pragma once

#include <span>
#include <vector>

#include "backends/model_fallback.h"
#include "bench/row.h"
#include "cases/seeds.h"

namespace lockstep {

/// Says of a row which model it runs: how it is repeated, and whether it has several inputs.
void describe_model(Row&, const Seed&);

/// Who computes a row: ends its name with "/backend:eigen", and "/fallback:naive" where that computes some
/// layers, and sets its label.
void describe_backend(Row&, const Backend&, const Sharing&);

/// Every model on every backend, one batch per call: "seed:gru16-td/B:128/T:64/threads:1/backend:eigen".
/// Verified in that very size before it is timed. A group has one model, on all backends with all these
/// numbers of threads. A backend leaves what it does not compute to the fallback, if there is one.
std::vector<RowGroup> model_rows(std::span<const Seed> models, std::span<const Backend* const> backends,
                                 std::span<const int> threads, std::uint64_t seed,
                                 const Backend* fallback = nullptr);

}  // namespace lockstep
