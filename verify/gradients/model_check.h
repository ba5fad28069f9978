#pragma once

#include <span>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "cases/seeds.h"
#include "reports/table.h"
#include "verify/compare.h"
#include "verify/verdict.h"

namespace lockstep {

/// How training a model with Dense over the whole sequence differs from one product per step: same weights,
/// same data.
struct TrainingStyleDifference {
  std::string model, backend;
  BitDifference gradients, trained;  // of the first step; the weights after some
};
struct TrainingFindings {
  std::vector<Finding> findings;                // one per backend
  std::vector<TrainingStyleDifference> styles;  // none where the backend said no
};

/// As many samples of a model as are trained on in seconds.
std::int64_t few_samples(const Seed&);

/// Trains the model on one batch of so many samples, in both dense styles, and compares loss, gradients and
/// trained weights with the oracle's; compares the two styles bit by bit. A model that Keras would train
/// otherwise (Seed::not_trained) is skipped with the reason.
TrainingFindings check_training(std::span<const Backend* const>, const Seed&, std::int64_t samples,
                                std::uint64_t seed, int threads);

/// A row per model and backend.
reports::Table training_style_table(const std::vector<TrainingStyleDifference>&);

}  // namespace lockstep
