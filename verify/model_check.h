#pragma once

#include <span>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "cases/seeds.h"
#include "verify/dense_styles.h"
#include "verify/model_oracle.h"
#include "verify/verdict.h"

namespace lockstep {

/// What checking one model found.
struct ModelFindings {
  std::vector<Finding> findings;        // states zero on each backend, then states given; both dense styles
  std::vector<StyleDifference> styles;  // none where the backend said no, or left layers to another
};

/// Runs every sample of the model in its batches, in both dense styles, with states zero and given, and
/// compares all outputs with the oracle's; compares the two styles bit by bit. A backend leaves what it does
/// not compute to the fallback, if there is one: Finding::left.
ModelFindings check_model(std::span<const Backend* const>, const Seed&, std::uint64_t seed, int threads,
                          const Backend* fallback = nullptr);

/// What the oracle answers to all samples, from zero states and from given ones.
struct ModelOracles {
  ModelOracles(const Seed&, std::uint64_t seed);
  ModelOracle zero, given;
};

/// The same on one backend, by what the oracle answered before; the styles are not told apart.
std::vector<Finding> check_model_on(const Backend&, const Seed&, const ModelOracles&, std::uint64_t seed,
                                    int threads, const Backend* fallback = nullptr);

/// The same on what is given, from the states given or zeros: a finding per backend.
std::vector<Finding> check_given(std::span<const Backend* const>, const Seed&, ModelGiven, int threads,
                                 const Backend* fallback = nullptr);

}  // namespace lockstep
