#pragma once

#include <cstdint>
#include <string>

#include "bench/train/fit.h"

namespace lockstep {

/// As Keras shows an epoch: "3/8 ━━━━━━━───────────── 0s 5ms/step - loss: 2.0817". The seconds are those that
/// are left, and of a whole epoch those that it took.
std::string epoch_line(const Epoch& so_far, std::int64_t steps);

/// Lines on stderr, on a terminal only, the last of which is rewritten some ten times a second.
class TrainingProgress {
 public:
  /// `title` stands above: the backend.
  TrainingProgress(const std::string& title, std::int64_t epochs, std::int64_t steps_per_epoch);
  void epoch_begins(std::int64_t epoch);
  void step_ends(const Epoch& so_far);
  /// Ends a line that was rewritten.
  ~TrainingProgress();
  TrainingProgress(const TrainingProgress&) = delete;
  TrainingProgress& operator=(const TrainingProgress&) = delete;

 private:
  std::int64_t epochs_, steps_;
  bool terminal_, open_ = false;
  double last_ = 0;
};

}  // namespace lockstep
