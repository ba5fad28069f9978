#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/measurement.h"
#include "bench/roof.h"

namespace lockstep {

/// A row made ready and verified: what there is to time, and what verifying it said.
struct ReadyRow {
  std::string verdict, reason, method;  // not timed unless the verdict is pass
  double share_of_tolerance = 0;
  std::int64_t allocations = 0;  // per call
  double prepare_seconds = 0,
         first_call_seconds = 0;  // of what was made ready, where each call has a latency
  std::function<void()> call;     // one call of what is timed; keeps alive all that it needs
};

/// One benchmark. Nothing is computed before `make_ready`.
struct Row {
  std::string name;
  Labels labels;
  double steps_per_call = 0, flops_per_call = 0;
  std::string config;  // as Measurement has it, like the next two
  bool of_several_inputs = false;
  std::optional<SharedModel> shared;
  std::vector<LayerCall> layers;  // that a call computes, one after the other; empty: no roof is known
  /// Called for every row that will run, before the first is made ready; may be empty.
  std::function<void()> announce;
  std::function<ReadyRow()> make_ready;
};

/// Rows to be timed in turn, so that a change of the machine's speed hits all of them alike. They are ready
/// at the same time, and released together.
using RowGroup = std::vector<Row>;

}  // namespace lockstep
