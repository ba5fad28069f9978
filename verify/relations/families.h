#pragma once

#include <vector>

#include "verify/relations/relation.h"

/// The relations by what the companions of a case change.
namespace lockstep {

inline bool is_recurrent(const Problem& problem) {
  return as_recurrent(problem) != nullptr;
}
inline bool is_masked(const Problem& problem) {
  return problem.extras.mask != MaskPattern::none;
}

std::vector<Relation> time_relations();    // how many steps, in which order
std::vector<Relation> batch_relations();   // how rows and products are grouped
std::vector<Relation> mask_relations();    // which steps count
std::vector<Relation> weight_relations();  // the weights, and when they change
std::vector<Relation> memory_relations();  // what was in memory before, and who else runs

}  // namespace lockstep
