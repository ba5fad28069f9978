#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "verify/explain/gates.h"
#include "verify/explain/looks_like.h"
#include "verify/explain/shrink.h"

namespace lockstep {

/// What can be found out about a failing case from outside the backend.
struct Explanation {
  Finding failing;
  Shrunk shrunk;
  std::vector<std::string> needs;  // what the smallest problem has; without it, it holds
  std::string told_by;             // the problem that the rest is found out from: the whole, or less
  std::string first_wrong;  // where the first value is wrong, with return_sequences where there are steps
  std::string step;         // which gate, or that every step is right and what is not
  std::vector<Likeness> looks_like;  // known faults

  std::string likeness() const;  // in words; empty for none
};

/// How long the parts of an explanation may take.
struct Patience {
  std::chrono::milliseconds shrinking{10'000}, comparing{5'000};
};

/// `failing` is what check found of the case.
Explanation explain(const Backend&, const Case&, const Finding& failing, const Patience& = {});

}  // namespace lockstep
