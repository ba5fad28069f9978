#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/trainer.h"
#include "bench/train/fit.h"
#include "bench/train/weights.h"

namespace lockstep {

/// What a training did, for others to compare with: the loss of every step ("loss"), the gradients of the
/// first ("grad_0", before clipping) and the weights after some ("step5_0"). Numbers after _ are those of
/// weights in Keras' order, each array has the weight's shape.
class Trace {
 public:
  /// `steps`: after which to keep the weights.
  Trace(const ModelSpec&, std::vector<std::int64_t> steps);

  void keep_gradients(std::int64_t step, const Trainer<float>&);
  void keep_weights(std::int64_t step, const Trainer<float>&);
  std::vector<NpzMember> members(const std::vector<TrainingStep>&) const;

 private:
  void keep(const std::string& name, std::span<const std::span<float>> values);

  std::vector<NamedShape> weights_;
  std::vector<std::int64_t> steps_;
  std::vector<NpzMember> kept_;
};

}  // namespace lockstep
