#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "verify/relations/arranged.h"
#include "verify/relations/planted_for_test.h"

/// Faults for planted backends.
namespace lockstep {

/// Calls change(first, last) for a gate's part of each row of a matrix.
template <class Change>
void for_gate_rows(const Problem& problem, std::vector<float>& matrix, std::size_t gate, Change change) {
  const auto& layer = *as_recurrent(problem);
  const auto units = static_cast<std::ptrdiff_t>(layer.units);
  for (auto row = matrix.begin(); row < matrix.end(); row += gate_count(layer) * units)
    change(row + static_cast<std::ptrdiff_t>(gate) * units,
           row + static_cast<std::ptrdiff_t>(gate + 1) * units);
}

inline PlantedBackend::Pack gate_halved(std::size_t gate, std::vector<float> Weights::*matrix) {
  return [=](const Problem& problem, const Weights& given) {
    auto weights = std::make_shared<Weights>(given);
    for_gate_rows(problem, (*weights).*matrix, gate,
                  [](auto begin, auto end) { std::for_each(begin, end, [](float& x) { x /= 2; }); });
    return weights;
  };
}

/// Transposes a gate's recurrent kernel.
inline PlantedBackend::Pack gate_rows_turned(std::size_t gate) {
  return [=](const Problem& problem, const Weights& given) {
    auto weights = std::make_shared<Weights>(given);
    const std::int64_t units = as_recurrent(problem)->units,
                       columns = gate_count(*as_recurrent(problem)) * units;
    const auto at = [&](std::int64_t i, std::int64_t j) {
      return static_cast<std::size_t>(i * columns + static_cast<std::int64_t>(gate) * units + j);
    };
    for (std::int64_t i = 0; i < units; ++i)
      for (std::int64_t j = 0; j < units; ++j)
        weights->recurrent_kernel[at(i, j)] = given.recurrent_kernel[at(j, i)];
    return weights;
  };
}

inline PlantedBackend::Pack gates_swapped(std::size_t a, std::size_t b) {
  return [=](const Problem& problem, const Weights& given) {
    auto weights = std::make_shared<Weights>(given);
    const auto apart = static_cast<std::ptrdiff_t>(b - a) * as_recurrent(problem)->units;
    for (auto* matrix : {&weights->kernel, &weights->recurrent_kernel, &weights->bias})
      for_gate_rows(problem, *matrix, a,
                    [&](auto begin, auto end) { std::swap_ranges(begin, end, begin + apart); });
    return weights;
  };
}

inline PlantedBackend::Pack weights_dropped(std::vector<float> Weights::*matrix) {
  return [=](const Problem&, const Weights& given) {
    auto weights = std::make_shared<Weights>(given);
    std::fill(((*weights).*matrix).begin(), ((*weights).*matrix).end(), 0.0F);
    return weights;
  };
}

/// The reset gate applied before the recurrent product, whatever is asked for.
inline void resets_before(Problem problem, Weights weights, const Io& io) {
  auto& layer = std::get<RecurrentSpec>(problem.layer);
  if (layer.cell == Cell::gru && layer.reset_after) {
    const std::size_t columns = weights.bias.size() / 2;
    for (std::size_t j = 0; j < columns; ++j) weights.bias[j] += weights.bias[columns + j];
    weights.bias.resize(columns);
    layer.reset_after = false;
  }
  run_right(problem, weights, io);
}

/// Every step but the first starts from zeros.
inline void forgets_between_steps(const Problem& problem, const Weights& weights, const Io& asked) {
  run_right(problem, weights, asked);
  const std::int64_t last = problem.shape.time_steps - 1;
  if (last == 0) return;
  Io io = asked;
  io.input = steps_of(asked.input, last, last + 1);
  io.output = steps_of(asked.output, asked.output.dims[1] - 1, asked.output.dims[1]);
  io.initial_h = io.initial_c = {};
  io.mask = {};
  run_right(sized(problem, {problem.shape.batch, 1, problem.shape.features}), weights, io);
}

}  // namespace lockstep
