#pragma once

#include "backends/model_wiring.h"
#include "backends/reference.h"

namespace lockstep {

/// The model by reference.h: in double, the oracle. Inputs, outputs and states are those of `io`; throws
/// std::invalid_argument for views that do not fit the model. `weights`: one per node of the model.
/// `arithmetic(i)` is how layer i calculates.
template <class Real, class MakeArithmetic>
void run_reference(const ModelSpec& model, const std::vector<BasicWeights<Real>>& weights,
                   const BasicModelIo<Real>& io, MakeArithmetic&& arithmetic) {
  const auto [batch, time_steps, features] = io.input.dims;
  auto states = io.initial.empty() ? InitialStates::zero : InitialStates::given;
  if (!io.ended.empty()) states = InitialStates::carried;
  const ModelWiring<Real> wiring(model, {batch, time_steps, features}, Exec{}, states);
  wiring.check(io);
  wiring.mask_input(io);
  for (std::size_t i = 0; i < wiring.steps().size(); ++i) {
    const ModelStep& step = wiring.steps()[i];
    reference::LayerRows<Real, decltype(arithmetic(i))>(step.problem, weights[step.node], arithmetic(i))
        .run(wiring.io_of(i, io), 0, batch);
  }
  wiring.copy_outputs(io);
}
template <class Real>
void run_reference(const ModelSpec& model, const std::vector<BasicWeights<Real>>& weights,
                   const BasicModelIo<Real>& io) {
  run_reference(model, weights, io, [](std::size_t) { return reference::Plain<Real>{}; });
}

/// With the model's own weights.
template <class Real>
void run_reference(const ModelSpec& model, const BasicModelIo<Real>& io) {
  std::vector<BasicWeights<Real>> weights;
  for (const Node& node : model.nodes) weights.push_back(node.weights.template as<Real>());
  run_reference(model, weights, io);
}

}  // namespace lockstep
