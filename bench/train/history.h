#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/train/fit.h"
#include "reports/document.h"

namespace lockstep {

/// What became of the training on one backend.
struct Trained {
  std::string backend;
  std::string skipped;  // why; empty: it was trained
  FitResult result;
};

/// Seconds of the steps of whole batches, without the first step, which makes the layers ready, where there
/// are others.
std::vector<double> step_seconds(const FitResult&);

/// One row per backend: losses of the first and the last epoch, times of steps and epochs.
reports::Table training_table(std::span<const Trained>);

/// One record per backend and epoch, one of why a backend was skipped or diverged, and the curves of the
/// loss.
reports::Document training_history(const std::string& model, std::vector<reports::Fact>,
                                   std::span<const Trained>);

}  // namespace lockstep
