#pragma once

#include <memory>
#include <string>

#include "verify/mutants/mutant.h"

namespace lockstep {

/// backends/reference.h at float with one fault. Made ready by one thread at a time: some faults remember.
class MutantBackend : public Backend {
 public:
  explicit MutantBackend(const Mutant& mutant)
      : mutant_(mutant), make_(mutant.make), make_training_(mutant.make_training) {}
  std::string_view name() const override { return mutant_.name; }
  std::string version() const override { return "of this build"; }
  /// No where the fault could not show.
  Support supports(const Problem& problem) const override { return mutant_.applies(problem); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    return make_(problem, weights);
  }
  std::unique_ptr<TrainableLayer> prepare_training(const Problem& problem,
                                                   const Weights& weights) const override {
    return make_training_(problem, weights);
  }

 private:
  const Mutant& mutant_;
  mutable MakeLayer make_;  // their own copies, with their own memory
  mutable MakeTrainableLayer make_training_;
};

}  // namespace lockstep
