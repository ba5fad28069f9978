#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "backends/backend.h"
#include "backends/fused/feedforward.h"
#include "backends/fused/recurrent.h"

namespace lockstep::fused {

/// The backend with the kernels and the plan of a test's choice.
class Planned : public Backend {
 public:
  using MakePlan = std::function<Plan(const Problem&)>;
  Planned(const Kernels& kernels, MakePlan plan) : kernels_(kernels), plan_(std::move(plan)) {}
  explicit Planned(const Kernels& kernels)
      : Planned(kernels, [&kernels](const Problem& problem) { return plan_of(problem, kernels.lanes); }) {}

  std::string_view name() const override { return "fused"; }
  std::string version() const override { return std::string(kernels_.isa); }
  Support supports(const Problem&) const override { return Support::yes(); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    if (as_recurrent(problem) != nullptr)
      return std::make_unique<Recurrent>(problem, weights, kernels_, plan_(problem));
    if (as_dense(problem) != nullptr) return std::make_unique<Dense>(problem, weights, kernels_);
    return std::make_unique<RowActivation>(problem, kernels_);
  }

 private:
  const Kernels& kernels_;
  MakePlan plan_;
};

}  // namespace lockstep::fused
