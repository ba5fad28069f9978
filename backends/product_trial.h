#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <tuple>

#include "backends/backend.h"
#include "backends/product_recurrent.h"
#include "backends/product_sequence.h"

namespace lockstep {

/// The least time of a few runs over a few steps of both ways to compute a single sequence, in turn: threads
/// that meet at every step are far slower than one where each does not have a core of its own, which no rule
/// can know.
template <class Library>
bool dividing_units_is_faster(const Problem& problem, const Weights& weights, int threads) {
  constexpr std::int64_t steps = 8;
  constexpr int runs = 5;
  constexpr double worth_it = 0.9, hopeless = 4;
  Problem trial = problem;
  trial.extras = {};
  trial.shape.time_steps = steps;
  const std::int64_t features = problem.shape.features, units = as_recurrent(problem)->units;
  const Buffer<float> input(steps * features), output(steps * units);
  std::fill(input.begin(), input.end(), 0.0F);
  Io io;
  io.input = sequence_view<const float>(input.data(), {1, steps, features}, Layout::time_major);
  io.output = sequence_view(output.data(), {1, output_time_steps(trial), units}, Layout::time_major);
  const auto time_of = [&](Layer& layer) {
    const auto start = std::chrono::steady_clock::now();
    layer.run(io);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  ProductRecurrent<Library> whole(trial, weights, 1);
  ProductSequence<Library> divided(trial, weights, threads);
  double of_whole = time_of(whole), of_divided = time_of(divided);
  for (int i = 1; i < runs; ++i) {
    of_whole = std::min(of_whole, time_of(whole));
    of_divided = std::min(of_divided, time_of(divided));
    if (of_divided > hopeless * of_whole) return false;
  }
  return of_divided < worth_it * of_whole;
}

/// The same, tried once per size of the cell as long as the module lives, so that all its layers give the
/// same bits.
template <class Library>
bool divides_units(const Problem& problem, const Weights& weights, int threads) {
  using Size = std::tuple<Cell, bool, std::int64_t, std::int64_t, int>;
  static std::mutex mutex;
  static std::map<Size, bool> found;
  const RecurrentSpec& layer = *as_recurrent(problem);
  const std::scoped_lock lock(mutex);
  const Size size(layer.cell, layer.reset_after, layer.units, problem.shape.features, threads);
  if (const auto known = found.find(size); known != found.end()) return known->second;
  return found[size] = dividing_units_is_faster<Library>(problem, weights, threads);
}

}  // namespace lockstep
