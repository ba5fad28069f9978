#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cases/seeds.h"

namespace lockstep {

/// Which sizes of a model a study sweeps over.
struct StudyPlan {
  std::vector<std::int64_t> batches, time_steps;  // rising
  std::vector<int> threads;
  std::int64_t left_out = 0;  // the shortest default length that takes too long; 0: none
};

/// Of lists as cases/expand.h has them; empty: one sample, 1 to 1024 time steps and the model's own number,
/// as long as the oracle answers within seconds, and 1 and `cores` threads. Throws std::invalid_argument for
/// what is no list, or no size that a run could have.
StudyPlan plan_study(const Seed&, const std::string& batch, const std::string& time_steps,
                     const std::string& threads, int cores);

/// The model in each batch size and at each length, in this order.
std::vector<Seed> sizes_of(const Seed&, const StudyPlan&);

/// Whose time steps are counted, in a sentence, where not all sequences that a model takes have as many; else
/// empty.
std::string counted_steps(const ModelSpec&);

}  // namespace lockstep
