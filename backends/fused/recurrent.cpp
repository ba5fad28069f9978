#include "backends/fused/recurrent.h"

namespace lockstep::fused {

Recurrent::Recurrent(const Problem& problem, const Weights& weights, const Kernels& kernels, const Plan& plan)
    : plan_(plan),
      isa_(kernels.isa),
      states_(problem.shape.batch, as_recurrent(problem)->units),
      team_(plan.threads) {
  const Slice all_rows{0, problem.shape.batch}, all_units{0, as_recurrent(problem)->units};
  const auto packed = [&](Slice units) {
    return std::make_shared<const std::vector<GateProduct>>(
        pack_cell(problem, weights, units, kernels.lanes));
  };
  const bool divides_units = plan.split == Split::units;
  if (divides_units) turns_.emplace(plan.threads);
  const Share::CellWeights all = divides_units ? nullptr : packed(all_units);
  int index = 0;
  for (const Slice& slice : slices_of(plan, problem, kernels.lanes)) {
    shares_.push_back(std::make_unique<Share>(
        problem, plan, kernels, divides_units ? packed(slice) : all, divides_units ? all_rows : slice,
        divides_units ? slice : all_units, states_, turns_ ? &*turns_ : nullptr, index));
    ++index;
  }
}

void Recurrent::run(const Io& io) {
  if (turns_) turns_->reset();
  team_.run([&](int index) { shares_[static_cast<std::size_t>(index)]->run(io); });
}

}  // namespace lockstep::fused
