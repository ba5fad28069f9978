#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/backend.h"
#include "cases/case.h"

namespace lockstep {

/// A gate that is wrong where it alone depends on the input and the state.
struct WrongGate {
  std::string_view name;                // "update gate z"
  std::vector<std::string_view> parts;  // of its weights, that are wrong alone; empty: only together
};

/// What single steps of a recurrent layer, from given states, say about a backend.
struct StepDiagnosis {
  enum Kind {
    unknown,   // the layer has no steps, or the backend refuses single ones, or throws
    right,     // every step is right
    returned,  // the output is right, what is returned as the state is not
    gates,     // some are wrong alone: those below
    combined,  // each gate is right alone
    plain,     // wrong even where all gates have the same plain weights
  };
  Kind kind = unknown;
  std::vector<WrongGate> wrong;
  bool every_gate = false;             // is among the wrong
  std::vector<std::string> only_with;  // of `plain`: "activation tanh", without which the step is right
};

/// Experiments with problems of one time step, of the case's other sizes, seed and gain, in which all gates
/// but one are plain (verify/explain/isolated.h).
StepDiagnosis diagnose_steps(const Backend&, const Case&);

/// In a sentence; empty for unknown.
std::string to_string(const StepDiagnosis&);

}  // namespace lockstep
