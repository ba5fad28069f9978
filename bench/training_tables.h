#pragma once

#include "bench/measurement.h"
#include "reports/table.h"

namespace lockstep {

/// What training takes: a step of each layer or model on each backend, its forward and its backward pass, and
/// of models an epoch, where they were timed.
reports::Table training_table(const Results&);

}  // namespace lockstep
