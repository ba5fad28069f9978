#pragma once

#include "backends/product_recurrent.h"
#include "backends/product_sequence.h"
#include "backends/threads_trial.h"

namespace lockstep {

/// Whether so many threads compute a single sequence faster than one, each some of the units.
template <class Library>
bool divides_units(const Problem& problem, const Weights& weights, int threads) {
  static ThreadsTrials trials;
  return trials.outcome(problem, [&] {
    const Problem trial = trial_of(problem);
    ProductRecurrent<Library> apart(trial, weights, 1);
    ProductSequence<Library> meeting(trial, weights, threads);
    return is_worth_meeting(trial, meeting, apart);
  });
}

}  // namespace lockstep
