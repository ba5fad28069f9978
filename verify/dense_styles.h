#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "cases/seeds.h"
#include "reports/table.h"
#include "verify/compare.h"

namespace lockstep {

/// The median time of one call of each style, in seconds.
struct StyleTimes {
  double whole = 0, per_step = 0;
};

/// How a model's outputs with Dense over the whole sequence differ from those with one product per step.
struct StyleDifference {
  std::string model, backend;
  BitDifference bits;
  std::optional<StyleTimes> seconds;  // of the model's first Dense alone; none where it has no Dense
};

/// Times the model's first Dense in both styles, in turn, on data of one batch. A first look in milliseconds:
/// the bench programs measure.
std::optional<StyleTimes> time_styles(const Backend&, const Seed&, int threads);

/// Dense against TimeDistributed(Dense): a row per model and backend.
reports::Table style_table(const std::vector<StyleDifference>&);

}  // namespace lockstep
