#pragma once

#include <functional>
#include <memory>

#include "verify/mutants/by_steps.h"
#include "verify/mutants/mutant.h"
#include "verify/mutants/reference_layer.h"

/// Ways to make a layer that has one fault.
namespace lockstep {

/// A right layer on other weights.
MakeLayer wrong_weights(std::function<void(const Problem&, Weights&)> change);
/// A right layer for another problem, whose weights and buffers are of the same size.
MakeLayer wrong_problem(std::function<void(Problem&)> change);
/// A right layer, with something done before and after its run.
using Run = std::function<void(ReferenceLayer<>& right, const Io& asked)>;
MakeLayer wrong_run(Run);
std::unique_ptr<Layer> layer_with_run(const Problem&, const Weights&, Run);
/// A right layer on other inputs, or with other outputs.
MakeLayer wrong_io(std::function<void(const Problem&, Io&)> change);
/// A recurrent layer that does the steps as `take` says.
MakeLayer wrong_step(TakeStep take);

/// The reference's loops with another way to calculate.
template <class Arithmetic>
MakeLayer wrong_arithmetic() {
  return [](const Problem& problem, const Weights& weights) {
    return std::make_unique<ReferenceLayer<Arithmetic>>(problem, weights);
  };
}

}  // namespace lockstep
