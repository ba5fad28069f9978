#pragma once

#include <span>
#include <vector>

#include "backends/backend.h"
#include "bench/row.h"
#include "cases/seeds.h"

namespace lockstep {

/// Each model on every backend, one time step of a batch per call, whatever the model's own size:
/// "latency/seed:gru16-td/B:1/T:1/threads:1/backend:eigen". The states of all its recurrent layers are kept
/// from call to call, and what the first calls return is compared with what the oracle says of the whole
/// sequence. A model that cannot run step by step (backends/model_stream.h) is skipped with the reason. A
/// group has one model. A backend leaves what it does not compute to the fallback, if there is one.
std::vector<RowGroup> model_latency_rows(std::span<const Seed> models,
                                         std::span<const Backend* const> backends, std::int64_t batch,
                                         std::span<const int> threads, std::uint64_t seed,
                                         const Backend* fallback = nullptr);

}  // namespace lockstep
