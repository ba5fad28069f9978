#pragma once

#include <string>
#include <vector>

#include "bench/train/plan.h"
#include "reports/document.h"

namespace lockstep {

/// What was trained, and how, with all that the request leaves out: enough to train it again elsewhere.
std::vector<reports::Fact> training_facts(const TrainRequest&, const TrainPlan&);

/// Where Keras on TensorFlow has another loss of this model, since it takes the logits of a softmax or a
/// sigmoid for those of the other: one line that says so. Empty: it has the same.
std::string logits_warning(const ModelSpec&, Loss);

}  // namespace lockstep
