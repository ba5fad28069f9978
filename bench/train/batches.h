#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "backends/trainer.h"
#include "bench/train/data.h"

namespace lockstep {

/// The order of an epoch's samples: as they are, or of a seed a permutation of its own for each epoch, from
/// 0.
std::vector<std::int64_t> epoch_order(std::int64_t samples, std::optional<std::uint64_t> shuffle,
                                      std::int64_t epoch);

/// Room for one batch of samples, time-major, which is filled again for each.
class BatchBuffer {
 public:
  /// The data outlives it.
  BatchBuffer(const TrainingData&, std::int64_t largest);

  /// The samples named, at most `largest`; valid until the next. Allocates nothing.
  const TrainingBatch<float>& gather(std::span<const std::int64_t> samples);

 private:
  const TrainingData& data_;
  std::vector<Buffer<float>> inputs_, targets_;
  TrainingBatch<float> batch_;
};

}  // namespace lockstep
