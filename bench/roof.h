#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backends/spec.h"
#include "bench/ceilings/ceilings.h"

namespace lockstep {

/// Which passes of a layer a call makes.
enum class Passes { forward, backward, both };

/// A layer as one call computes it.
struct LayerCall {
  Problem problem;
  Passes passes = Passes::forward;
  bool input_gradient = true;  // of the backward pass: whether the gradient of the input is asked for
};

/// The shortest time that a machine's ceilings allow a call, by what it is spent on.
struct Roof {
  struct Term {
    std::string name;  // compute, a level of the memory, activations or synchronisation
    double seconds = 0;
  };
  std::vector<Term> terms;

  void add(const std::string& name, double seconds);
  double seconds() const;
  /// The name of the largest term; empty where there is none.
  std::string bound_by() const;
};

/// The roof of one layer, by the threads of its problem, which may leave some idle:
///
///   input product + (time_steps - 1) * (recurrent product + synchronisation) + activations
///
/// with one more recurrent product where the initial state is given. A product takes the longer of its
/// multiply-adds at peak and of its reads: of the weights once, and of the input, or the states, that it
/// multiplies. What a cache holds is read from it, all else from the next: the caches of all threads hold
/// different weights. A tanh, sigmoid or softmax costs what the cheapest of exp, tanh and sigmoid does, since
/// each can be made of another and divisions can be shared among several; other activations are free. Threads
/// that share a sequence must tell each other of every step; half of a flag's round trip counts as far as it
/// is longer than the product of a thread's own share of the state, which need not wait.
///
/// Backward, a step has the same product again, and the gradients of both kernels and of the input are
/// products over all steps; there are no activations.
///
/// None where a mask lets steps be left out.
std::optional<Roof> roof_of(const LayerCall&, const Ceilings&);

/// Of layers one after the other; none where one of them has none, or there are none.
std::optional<Roof> roof_of(std::span<const LayerCall>, const Ceilings&);

}  // namespace lockstep
