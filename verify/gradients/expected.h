#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "backends/backend.h"
#include "cases/data.h"

namespace lockstep {

/// One gradient as the judge sees it: rows x groups x elements, with what the elements of a group may err.
template <class Real>
struct GradientView {
  std::string_view name;      // "input", "kernel", ...
  SequenceView<Real> values;  // a sequence: [batch, time_steps, features]; a weight: [rows, gates, units]
  bool is_weight = false;
};

/// The gradients that a backward pass is asked for. Owns their memory, which is made with a number of
/// elements; the layer's inputs have gradients in the layout of the run.
template <class Memory>
struct AskedGradients {
  using Real = std::remove_pointer_t<decltype(std::declval<const Memory&>().data())>;
  AskedGradients(const Problem& problem, Layout layout_of_input)
      : layout(layout_of_input),
        dims{problem.shape.batch, problem.shape.time_steps, problem.shape.features},
        units(output_features(problem.layer, problem.shape.features)),
        shapes(weight_shapes(problem.layer, problem.shape.features)),
        input(dims[0] * dims[1] * dims[2]) {
    const auto sized = [](const WeightShapes::Matrix& shape) {
      return std::vector<Real>(static_cast<std::size_t>(shape[0] * shape[1]));
    };
    weights = {sized(shapes.kernel), sized(shapes.recurrent_kernel), sized(shapes.bias)};
    const auto* recurrent = as_recurrent(problem);
    if (recurrent == nullptr || !problem.extras.initial_state) return;
    initial_h = Memory(dims[0] * units);
    if (recurrent->cell == Cell::lstm) initial_c = Memory(dims[0] * units);
  }

  /// The views of a backward pass, with what it is given.
  BasicGradients<Real> views(const SequenceView<const Real>& of_output, const StateView<const Real>& of_h,
                             const StateView<const Real>& of_c) {
    BasicGradients<Real> gradients;
    gradients.output = of_output;
    gradients.final_h = of_h;
    gradients.final_c = of_c;
    gradients.input = sequence_view(input.data(), dims, layout);
    gradients.initial_h = state_view(initial_h.data(), dims[0], units);
    gradients.initial_c = state_view(initial_c.data(), dims[0], units);
    gradients.weights = &weights;
    return gradients;
  }

  /// Those that the problem has, each cut into groups that are judged alike: time steps, gates.
  std::vector<GradientView<Real>> parts() {
    std::vector<GradientView<Real>> all{{"input", sequence_view(input.data(), dims, layout), false}};
    const auto add_state = [&](std::string_view name, const Memory& memory) {
      if (memory.size() > 0)
        all.push_back({name, {memory.data(), {dims[0], 1, units}, {units, 0, 1}}, false});
    };
    add_state("initial_h", initial_h);
    add_state("initial_c", initial_c);
    const auto add_weight = [&](std::string_view name, std::vector<Real>& values,
                                const WeightShapes::Matrix& shape) {
      if (!values.empty())
        all.push_back(
            {name, {values.data(), {shape[0], shape[1] / units, units}, {shape[1], units, 1}}, true});
    };
    add_weight("kernel", weights.kernel, shapes.kernel);
    add_weight("recurrent_kernel", weights.recurrent_kernel, shapes.recurrent_kernel);
    add_weight("bias", weights.bias, shapes.bias);
    return all;
  }

  Layout layout;
  std::array<std::int64_t, 3> dims;  // of the input
  std::int64_t units;
  WeightShapes shapes;
  Memory input, initial_h, initial_c;  // the states are empty where none are given
  BasicWeights<Real> weights;
};

/// What the backward pass of a problem must give, in double, by backends/reference_backward.h, and what float
/// may err: for each gradient, for each of its groups.
class ExpectedGradients {
 public:
  ExpectedGradients(const Problem&, const Given&, const GivenGradients&);

  struct Part {
    GradientView<const double> expected;
    SequenceView<const double> allowed;
  };
  const std::vector<Part>& parts() const { return parts_; }
  /// Noise alone moves a gradient so far that agreement would say nothing.
  bool ill_conditioned() const { return ill_conditioned_; }
  /// Why the expected gradients could not tell a right layer from a wrong one; empty where they can.
  const std::string& distrust() const { return distrust_; }

 private:
  AskedGradients<Buffer<double>> exact_;
  std::vector<std::vector<double>> allowed_;  // one per part, [groups]
  std::vector<Part> parts_;
  bool ill_conditioned_ = false;
  std::string distrust_;
};

}  // namespace lockstep
