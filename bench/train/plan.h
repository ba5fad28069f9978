#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "bench/train/command.h"
#include "bench/train/fit.h"

namespace lockstep {

/// A request with all that it leaves out, and its data.
struct TrainPlan {
  std::string name;
  ModelSpec model;
  TrainingSpec training;
  TrainingData data;
  FitSpec fit;
  std::vector<std::int64_t> trace_steps;
};

/// Throws std::invalid_argument, one line: what cannot be trained so, and what can.
TrainPlan make_plan(const TrainRequest&);

/// Whether the backend trains the model in all sizes of batches that come.
Support supports(const Backend&, const TrainPlan&);

}  // namespace lockstep
