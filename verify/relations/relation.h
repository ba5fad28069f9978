#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backends/backend.h"
#include "cases/case.h"
#include "verify/oracle.h"
#include "verify/verdict.h"

namespace lockstep {

/// How equal the two sides of a relation must be. bitwise: the same bits. same_math: equal in exact
/// arithmetic, so each side may lie off the exact value by what the oracle allows there; twice that between
/// them.
enum class RelationClass { bitwise, same_math };
std::string_view to_string(RelationClass);

class Trial;

/// What must hold between runs of one backend, whatever the right numbers are.
struct Relation {
  std::string_view name;  // as in a report, "batch permutation"
  std::string_view what;  // one sentence
  RelationClass how_equal;
  bool (*applies)(const Problem&);
  void (*check)(Trial&);  // runs the companions of the case and compares them
};

/// All of them, each name once.
const std::vector<Relation>& relations();

/// What one relation came to on one case and backend.
struct RelationFinding {
  std::string relation, subject, backend;  // subject: the case's problem, as text
  RelationClass how_equal = RelationClass::same_math;
  Verdict verdict =
      Verdict::fail;   // skip: the backend refuses a companion, or the numbers could prove nothing
  std::string reason;  // empty for pass
  std::string repro;   // the command that repeats this case on this backend
  std::int64_t compared = 0, different = 0;  // elements; those whose bits differ
  double largest_difference = 0;
  double largest_share = 0;  // of what is allowed between the sides; 0 for bitwise
};

/// Every relation that applies to the case, in order. Of a case that the backend refuses all are skipped.
std::vector<RelationFinding> check_relations(const Backend&, const Case&, const Expected&);

}  // namespace lockstep
