#pragma once

#include <algorithm>
#include <variant>
#include <vector>

#include "backends/model_wiring.h"
#include "backends/reference.h"

namespace lockstep {

/// Layers that join values, by their definitions in keras/src/layers (merging, reshaping) and by plain loops:
/// nothing of model_join.h, which they are compared with. Each result is rounded once, as arithmetic does
/// with an activation.
template <class Real, class Arithmetic>
void join_reference(const MergeSpec& spec, const std::vector<SequenceView<const Real>>& from,
                    const SequenceView<Real>& to, Arithmetic& arithmetic) {
  const auto [batch, time_steps, features] = to.dims;
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps; ++t) {
      Real* y = to.row(b, t);
      if (spec.merge == Merge::concat) {
        for (const auto& one : from) y = std::copy_n(one.row(b, t), one.dims[2], y);
        continue;
      }
      std::copy_n(from.front().row(b, t), features, y);
      for (std::size_t i = 1; i < from.size(); ++i) {
        const Real* x = from[i].row(b, t);
        for (std::int64_t j = 0; j < features; ++j)
          y[j] = spec.merge == Merge::mul ? y[j] * x[j] : y[j] + x[j];
        arithmetic.activate_row(Activation::linear, y, features);
      }
      if (spec.merge != Merge::ave) continue;
      for (std::int64_t j = 0; j < features; ++j) y[j] /= static_cast<Real>(from.size());
      arithmetic.activate_row(Activation::linear, y, features);
    }
}
template <class Real, class Arithmetic>
void join_reference(const ReverseSpec&, const std::vector<SequenceView<const Real>>& from,
                    const SequenceView<Real>& to, Arithmetic&) {
  for (std::int64_t b = 0; b < to.dims[0]; ++b)
    for (std::int64_t t = 0; t < to.dims[1]; ++t)
      std::copy_n(from.front().row(b, to.dims[1] - 1 - t), to.dims[2], to.row(b, t));
}
/// The values of each sample stay in their order.
template <class Real, class Arithmetic>
void join_reference(const ReshapeSpec&, const std::vector<SequenceView<const Real>>& from,
                    const SequenceView<Real>& to, Arithmetic&) {
  const std::int64_t n = from.front().dims[2], units = to.dims[2];
  for (std::int64_t b = 0; b < to.dims[0]; ++b)
    for (std::int64_t i = 0; i < to.dims[1] * units; ++i)
      to(b, i / units, i % units) = from.front()(b, i / n, i % n);
}

/// A step that is no layer.
template <class Real, class Arithmetic>
void run_join_reference(const ModelWiring<Real>& wiring, std::size_t step, const BasicModelIo<Real>& io,
                        Arithmetic arithmetic) {
  std::visit(
      [&](const auto& spec) {
        join_reference(spec, wiring.read_by(step, io), wiring.written_by(step, io), arithmetic);
      },
      wiring.join_of_step(step));
}

/// The model by reference.h: in double, the oracle. Inputs, outputs and states are those of `io`; throws
/// std::invalid_argument for views that do not fit the model. `weights`: one per node of the model.
/// `arithmetic(i)` is how step i calculates.
template <class Real, class MakeArithmetic>
void run_reference(const ModelSpec& model, const std::vector<BasicWeights<Real>>& weights,
                   const BasicModelIo<Real>& io, MakeArithmetic&& arithmetic) {
  const Shape shape = shape_of_run(resolve(model), io.inputs);
  auto states = io.initial.empty() ? InitialStates::zero : InitialStates::given;
  if (!io.ended.empty()) states = InitialStates::carried;
  const ModelWiring<Real> wiring(model, shape, Exec{}, states);
  wiring.check(io);
  wiring.mask_input(io);
  for (std::size_t i = 0; i < wiring.steps().size(); ++i) {
    const ModelStep& step = wiring.steps()[i];
    if (step.problem)
      reference::LayerRows<Real, decltype(arithmetic(i))>(*step.problem, weights[step.node], arithmetic(i))
          .run(wiring.io_of(i, io), 0, shape.batch);
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
