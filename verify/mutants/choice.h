#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cases/case.h"
#include "verify/mutants/mutant.h"

namespace lockstep {

/// How long a case takes, about: multiplications.
double cost_of(const Problem&);

/// Picks cases to try a mutant on.
class Choice {
 public:
  /// The cases outlive this.
  explicit Choice(std::span<const Case>);
  /// Indices of at most `most` cases to which the mutant applies: each next one has as many features as
  /// possible that those before had not, and is the cheapest such. When all have been seen they count anew.
  std::vector<std::size_t> of(const Mutant&, std::size_t most) const;

 private:
  std::span<const Case> cases_;
  std::vector<std::uint64_t> features_;  // of each case, a bit for each field of its text but sizes
  std::vector<std::size_t> cheapest_first_;
};

}  // namespace lockstep
