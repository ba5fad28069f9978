#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "backends/backend.h"
#include "verify/mutants/reference_layer.h"

namespace lockstep {

/// A recurrent cell that goes one step of one batch row at a time.
class OneStep {
 public:
  OneStep(const Problem&, const Weights&);
  /// x [features]; h, c [units] from the step before to this one.
  void advance(const float* x, std::span<float> h, std::span<float> c);

 private:
  ReferenceLayer<> layer_;
};

/// Where a run is: about to take a step. What a fault changes here, the run goes on with.
struct Step {
  std::int64_t row = 0, place = 0;  // batch row, and which step it is in the order of processing
  bool counts = true;               // by the mask
  const float* x = nullptr;         // [features]
  std::span<float> h, c;            // [units]
  OneStep* cell = nullptr;

  void advance() const { cell->advance(x, h, c); }
};
using TakeStep = std::function<void(Step&)>;

/// What a right layer does with a step.
inline void take_right_step(Step& step) {
  if (step.counts) step.advance();
}

/// A recurrent layer run row by row and step by step, where `take` does each step.
std::unique_ptr<Layer> layer_by_steps(const Problem&, const Weights&, TakeStep take);

}  // namespace lockstep
