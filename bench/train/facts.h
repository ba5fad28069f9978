#pragma once

#include <string>
#include <vector>

#include "bench/train/plan.h"
#include "reports/document.h"

namespace lockstep {

/// What was trained, and how, with all that the request leaves out: enough to train it again elsewhere.
std::vector<reports::Fact> training_facts(const TrainRequest&, const TrainPlan&);

}  // namespace lockstep
