#pragma once

#include <algorithm>
#include <cstdint>
#include <thread>

#include "backends/spec.h"

namespace lockstep {

/// What the threads of a recurrent layer on a library of matrix products divide. rows: of the batch, each
/// through the whole sequence without waiting for another. units: of a single sequence, each its own, waiting
/// for the others' at every step.
struct ProductPlan {
  int threads = 1;
  bool divides_units = false;  // if a trial agrees: product_trial.h
};

/// By rules that were measured, two threads on AMD EPYC (Zen 3 and Zen 4): handing over costs about as much
/// as `few_sums` multiply-adds, and waiting at a step about as much as a third of `few_sums_of_step`; gru
/// with reset_after=False waits twice. Threads that wait for each other are no more than the cores.
inline ProductPlan product_plan(const Problem& problem,
                                int cores = static_cast<int>(std::thread::hardware_concurrency())) {
  constexpr std::int64_t few_sums = 64 * 1024, few_sums_of_step = 12 * 1024, fewest_units = 16;
  const RecurrentSpec& layer = *as_recurrent(problem);
  const auto [batch, time_steps, features] = problem.shape;
  const std::int64_t columns = gate_count(layer) * layer.units;
  if (batch * time_steps * columns < few_sums / (features + layer.units)) return {};
  if (batch > 1) return {static_cast<int>(std::min<std::int64_t>(problem.exec.threads, batch)), false};
  const std::int64_t waits = layer.cell == Cell::gru && !layer.reset_after ? 2 : 1;
  if (columns * layer.units < waits * few_sums_of_step) return {};
  const auto threads = static_cast<int>(
      std::min<std::int64_t>({problem.exec.threads, std::max(cores, 1), layer.units / fewest_units}));
  return threads > 1 ? ProductPlan{threads, true} : ProductPlan{};
}

}  // namespace lockstep
