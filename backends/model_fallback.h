#pragma once

#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/model_plan.h"
#include "backends/model_spec.h"

namespace lockstep {

/// How the layers of a model are computed where the backend may leave some to another.
struct Sharing {
  const Backend* fallback = nullptr;  // that computes `left`; null: the backend computes all, or cannot help
  std::vector<std::string> left;      // names of layers
  std::string why;                    // what the backend refuses; empty: nothing
  bool possible() const { return why.empty() || fallback != nullptr; }
  std::string text() const;  // "lstm, gru -> naive"; empty: nothing is left
};
/// Not possible: it refuses every layer, or the fallback, which may be null, refuses one of those left to it.
/// Throws std::invalid_argument for a model that is none, or a shape that its Input does not take.
Sharing share_layers(const Backend&, const Backend* fallback, const ModelSpec&, const Shape&, const Exec&,
                     InitialStates);

/// Who computes a model, fit for a report's cell: "onednn", or "onednn (lstm, gru -> naive)".
std::string shared_name(const Backend&, const Sharing&);

}  // namespace lockstep
