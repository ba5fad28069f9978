#include "backends/fused/plan.h"

#include <algorithm>

#include "backends/fused/whole_steps.h"

namespace lockstep::fused {
namespace {

/// A row of projected input that stays in the second level cache until its step has come, and enough rows to
/// be worth a pass over the kernel.
std::int64_t chunk_of(const Problem& problem, std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t cached_bytes = 64 * 1024, fewest_rows = 32;
  const std::int64_t step_bytes = rows * columns * static_cast<std::int64_t>(sizeof(float));
  const std::int64_t steps = std::max(cached_bytes / step_bytes, fewest_rows / rows);
  return std::clamp<std::int64_t>(steps, 1, problem.shape.time_steps);
}

/// Whether to multiply the input step by step is worth reading the kernel at each: the more rows, the more of
/// its weights may be, and few of them are multiplied while the step before is not yet at its end.
bool is_worth_folding(const RecurrentSpec& layer, std::int64_t rows, std::int64_t weights) {
  constexpr std::int64_t many_rows = 3, few_weights_of_two_rows = 16 * 1024, few_weights_of_one = 3 * 1024;
  if (rows >= many_rows) return true;
  if (rows == 2) return weights <= few_weights_of_two_rows;
  return layer.cell != Cell::gru && weights <= few_weights_of_one;
}

/// How the input is multiplied, once it is known what the threads divide.
Plan with_input(Plan plan, const Problem& problem) {
  constexpr std::int64_t few_steps = 3, many_rows_to_meet = 4;
  const RecurrentSpec& layer = *as_recurrent(problem);
  const auto part_of = [&](std::int64_t n) { return (n + plan.threads - 1) / plan.threads; };
  const bool divides_units = plan.split == Split::units;
  const std::int64_t rows = divides_units ? problem.shape.batch : part_of(problem.shape.batch);
  const std::int64_t columns = gate_count(layer) * (divides_units ? part_of(layer.units) : layer.units);
  const std::int64_t weights = columns * (problem.shape.features + layer.units);
  plan.folded = problem.shape.time_steps < few_steps ||
                (divides_units ? rows >= many_rows_to_meet : is_worth_folding(layer, rows, weights));
  if (!plan.folded) plan.chunk = chunk_of(problem, rows, columns);
  return plan;
}

}  // namespace

/// Two threads on one AMD EPYC (Zen 3 and Zen 4): dividing the units pays from 64 on for less than two rows a
/// thread - from 65 on where whole steps are run, which take a row as fast - and, for a single sequence, as
/// soon as each has a block of its own.
Plan plan_of(const Problem& problem, int lanes, int cores) {
  constexpr std::int64_t many_units = 64, few_units = 16;
  const RecurrentSpec& layer = *as_recurrent(problem);
  const std::int64_t batch = problem.shape.batch, threads = problem.exec.threads;
  const bool has_units = layer.units >= many_units || (batch == 1 && layer.units > few_units);
  const bool short_steps = layer.units <= many_units && WholeSteps::fit(layer, lanes);
  const bool has_rows = batch >= (short_steps ? 1 : 2) * threads;
  if (threads == 1 || !has_units || has_rows) return plan_apart(problem);
  const std::int64_t vectors = (layer.units + lanes - 1) / lanes;
  Plan plan;
  plan.threads =
      static_cast<int>(std::min({threads, vectors, static_cast<std::int64_t>(std::max(cores, 1))}));
  plan.split = plan.threads > 1 ? Split::units : Split::rows;
  return with_input(plan, problem);
}

Plan plan_apart(const Problem& problem) {
  Plan plan;
  plan.threads = static_cast<int>(std::min<std::int64_t>(problem.exec.threads, problem.shape.batch));
  return with_input(plan, problem);
}

std::vector<Slice> slices_of(const Plan& plan, const Problem& problem, int lanes) {
  std::vector<Slice> slices;
  if (plan.split == Split::rows) {
    for (int i = 0; i < plan.threads; ++i) slices.push_back(slice_of(problem.shape.batch, plan.threads, i));
    return slices;
  }
  const std::int64_t units = as_recurrent(problem)->units, vectors = (units + lanes - 1) / lanes;
  for (int i = 0; i < plan.threads; ++i) {
    const Slice part = slice_of(vectors, plan.threads, i);
    slices.push_back({part.begin * lanes, std::min(part.end * lanes, units)});
  }
  return slices;
}

std::string to_string(const Plan& plan, std::string_view isa) {
  std::string text(isa);
  text +=
      plan.folded ? ", input step by step" : ", input in chunks of " + std::to_string(plan.chunk) + " steps";
  if (plan.threads > 1)
    text += ", " + std::to_string(plan.threads) +
            (plan.split == Split::units ? " slices of units" : " batch slices");
  return text;
}

}  // namespace lockstep::fused
