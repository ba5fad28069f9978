#pragma once

#include <vector>

#include "verify/explain/shrink.h"
#include "verify/mutants/mutant.h"

namespace lockstep {

/// A known fault that computes what a backend computes.
struct Likeness {
  const Mutant* mutant = nullptr;
  double share = 0;  // of the elements that are wrong: how many of them agree
};

/// The mutants that agree with the backend in nearly all elements, and in nearly all of those where the right
/// result does not: at most three, best first. None where the backend throws, or wrote what is right.
std::vector<Likeness> looks_like(const Backend&, const Case&, Deadline);

}  // namespace lockstep
