#include "backends/fused/recurrent.h"

#include <utility>

namespace lockstep::fused {
namespace {

Slice all_units(const Problem& problem) {
  return {0, as_recurrent(problem)->units};
}

/// For each slice of the plan: of its units, or, where the slices are of rows, of all, which they share.
std::vector<Share::CellWeights> pack_slices(const Problem& problem, const Weights& weights,
                                            const Kernels& kernels, const Plan& plan) {
  const auto packed = [&](Slice units) {
    return std::make_shared<const std::vector<GateProduct>>(
        pack_cell(problem, weights, units, kernels.lanes));
  };
  std::vector<Share::CellWeights> all;
  for (const Slice& slice : slices_of(plan, problem, kernels.lanes))
    if (plan.split == Split::units)
      all.push_back(packed(slice));
    else
      all.push_back(all.empty() ? packed(all_units(problem)) : all.front());
  return all;
}

}  // namespace

Recurrent::Recurrent(const Problem& problem, const Weights& weights, const Kernels& kernels, const Plan& plan)
    : Recurrent(problem, kernels, plan, pack_slices(problem, weights, kernels, plan)) {}

Recurrent::Recurrent(const Problem& problem, const Kernels& kernels, const Plan& plan,
                     std::vector<Share::CellWeights> packed)
    : problem_(problem),
      kernels_(kernels),
      plan_(plan),
      packed_(std::move(packed)),
      states_(problem.shape.batch, as_recurrent(problem)->units),
      team_(plan.threads) {
  const Slice all_rows{0, problem.shape.batch};
  const bool divides_units = plan.split == Split::units;
  if (divides_units) turns_.emplace(plan.threads);
  int index = 0;
  for (const Slice& slice : slices_of(plan, problem, kernels.lanes)) {
    shares_.push_back(std::make_unique<Share>(
        problem, plan, kernels, packed_[static_cast<std::size_t>(index)], divides_units ? all_rows : slice,
        divides_units ? slice : all_units(problem), states_, turns_ ? &*turns_ : nullptr, index));
    ++index;
  }
}

void Recurrent::run(const Io& io) {
  if (turns_) turns_->reset();
  team_.run([&](int index) { shares_[static_cast<std::size_t>(index)]->run(io); });
}

std::unique_ptr<Layer> Recurrent::another() const {
  return std::unique_ptr<Layer>(new Recurrent(problem_, kernels_, plan_, packed_));
}

std::unique_ptr<Layer> prepare_recurrent(const Problem& problem, const Weights& weights,
                                         const Kernels& kernels, const ThreadsTrial& is_worth_it) {
  static ThreadsTrials trials;
  Plan plan = plan_of(problem, kernels.lanes);
  const auto try_it = [&] {
    const Problem trial = trial_of(problem);
    Recurrent meeting(trial, weights, kernels, plan_of(trial, kernels.lanes));
    Recurrent without(trial, weights, kernels, plan_apart(trial));
    return is_worth_it(trial, meeting, without);
  };
  if (plan.split == Split::units && !trials.outcome(problem, try_it)) plan = plan_apart(problem);
  return std::make_unique<Recurrent>(problem, weights, kernels, plan);
}

}  // namespace lockstep::fused
