#pragma once

#include "backends/model_wiring.h"
#include "backends/reference.h"

namespace lockstep {

/// A step that is no layer. What it calculates is rounded once, as arithmetic does with an activation.
template <class Real, class Arithmetic>
void run_join_reference(const ModelWiring<Real>& wiring, std::size_t step, const BasicModelIo<Real>& io,
                        Arithmetic arithmetic) {
  wiring.run_join(step, io);
  if (!wiring.calculates(step)) return;
  const SequenceView<Real> values = wiring.written_by(step, io);
  for (std::int64_t b = 0; b < values.dims[0]; ++b)
    for (std::int64_t t = 0; t < values.dims[1]; ++t)
      arithmetic.activate_row(Activation::linear, values.row(b, t), values.dims[2]);
}

/// The model by reference.h: in double, the oracle. Inputs, outputs and states are those of `io`; throws
/// std::invalid_argument for views that do not fit the model. `weights`: one per node of the model.
/// `arithmetic(i)` is how step i calculates.
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
    if (step.problem)
      reference::LayerRows<Real, decltype(arithmetic(i))>(*step.problem, weights[step.node], arithmetic(i))
          .run(wiring.io_of(i, io), 0, batch);
    else
      run_join_reference(wiring, i, io, arithmetic(i));
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
