#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "backends/backend.h"

namespace lockstep {

/// Makes a layer ready. A copy may remember: what one copy has seen no other knows.
using MakeLayer = std::function<std::unique_ptr<Layer>(const Problem&, const Weights&)>;
using MakeTrainableLayer = std::function<std::unique_ptr<TrainableLayer>(const Problem&, const Weights&)>;

/// What a problem must have for a fault to show.
struct Condition {
  std::string_view text;  // "an initial state"
  bool (*holds)(const Problem&);
};

/// One fault that a backend could have.
struct Mutant {
  std::string_view name;  // snake_case; stays the same from version to version
  std::string_view what;  // a sentence that says what is computed instead
  std::vector<Condition> needs;
  MakeLayer make;                      // none where the fault is in the backward pass
  MakeTrainableLayer make_training{};  // none where it is not

  /// No, with the first condition that does not hold, where the fault could not show.
  Support applies(const Problem&) const;
};

/// All of them, each name once.
const std::vector<Mutant>& mutants();
/// Throws std::invalid_argument that names what is not in the catalogue.
const Mutant& find_mutant(std::string_view name);
/// What the mutants are measured against: no fault.
const Mutant& control();

}  // namespace lockstep
