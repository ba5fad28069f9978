#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backends/trainer.h"
#include "bench/train/data.h"

namespace lockstep {

/// How often and in which order a model sees its samples.
struct FitSpec {
  std::int64_t batch = 32;
  std::int64_t epochs = 1;
  std::int64_t steps = 0;                // ends after so many of the optimizer; 0: with the last epoch
  std::optional<std::uint64_t> shuffle;  // none: in order
};
std::int64_t steps_per_epoch(const FitSpec&, std::int64_t samples);
/// Of the whole run.
std::int64_t steps_of(const FitSpec&, std::int64_t samples);

struct TrainingStep {
  std::int64_t samples = 0;
  double loss = 0;  // before it
  double seconds = 0;
};
struct Epoch {
  std::int64_t samples = 0, steps = 0;
  double loss = 0;     // mean over its samples, each before the step that saw it
  double seconds = 0;  // of its steps
};

/// What came of it. Where it was interrupted or diverged: as it was at the end of the last whole epoch.
struct FitResult {
  std::vector<TrainingStep> steps;
  std::vector<Epoch> epochs;
  std::vector<std::vector<float>> weights;  // in Keras' order
  std::string method;
  bool interrupted = false;  // before its last step was done
  std::string diverged;      // what is no number any more, and since when; empty: all are
  bool whole() const { return !interrupted && diverged.empty(); }
};

/// Sees the loop at work, never while its clock runs. Numbers count from 1.
class FitWatch {
 public:
  virtual ~FitWatch() = default;
  virtual void epoch_begins(std::int64_t /*epoch*/) {}
  /// `so_far`: the epoch as it is.
  virtual void step_ends(std::int64_t /*step*/, const Epoch& /*so_far*/, const Trainer<float>&) {}
  /// Between backward and apply: gradients are as the loss has them, before any clipping.
  virtual void gradients_are_there(std::int64_t /*step*/, const Trainer<float>&) {}
  /// Asked after every step.
  virtual bool interrupts() { return false; }
};

/// Keras' Model.fit, which ends where the loss or, after an epoch, a weight is no number any more.
FitResult fit(Trainer<float>&, const TrainingData&, const FitSpec&, FitWatch&);

}  // namespace lockstep
