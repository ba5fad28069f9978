#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/wrong.h"

namespace lockstep {
namespace {

void drop_bias(Problem& problem) {
  std::get<DenseSpec>(problem.layer).use_bias = false;
}
void drop_activation(Problem& problem) {
  std::visit([](auto& layer) { layer.activation = Activation::linear; }, problem.layer);
}

/// `run` around a layer without its activation.
MakeLayer around_linear(Run run) {
  return [run = std::move(run)](Problem problem, const Weights& weights) {
    drop_activation(problem);
    return layer_with_run(problem, weights, run);
  };
}

/// softmax of each unit over the steps, or over the batch.
void softmax_over(const SequenceView<float>& output, std::size_t axis) {
  std::array<std::int64_t, 3> at{};
  const std::size_t other = 1 - axis;
  std::vector<float> row(static_cast<std::size_t>(output.dims[axis]));
  for (at[other] = 0; at[other] < output.dims[other]; ++at[other])
    for (at[2] = 0; at[2] < output.dims[2]; ++at[2]) {
      const auto each = [&](auto&& act) {
        for (at[axis] = 0; at[axis] < output.dims[axis]; ++at[axis])
          act(row[static_cast<std::size_t>(at[axis])], output(at[0], at[1], at[2]));
      };
      each([](float& value, float& element) { value = element; });
      reference::activate_row(Activation::softmax, row.data(), output.dims[axis]);
      each([](float& value, float& element) { element = value; });
    }
}
MakeLayer softmax_along(std::size_t axis) {
  return around_linear([axis](ReferenceLayer<>& right, const Io& io) {
    right.run(io);
    softmax_over(io.output, axis);
  });
}

/// The exponentials, whose sum is not 1.
void exponentials(ReferenceLayer<>& right, const Io& io) {
  right.run(io);
  const auto [batch, time_steps, units] = io.output.dims;
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps; ++t) {
      float* row = io.output.row(b, t);
      const float top = *std::max_element(row, row + units);
      std::transform(row, row + units, row, [=](float x) { return std::exp(x - top); });
    }
}

/// The elements of the output that `from_other` names come from a layer for another problem.
MakeLayer partly(void (*change)(Problem&),
                 bool (*from_other)(std::int64_t t, std::int64_t j, std::int64_t units)) {
  return [=](const Problem& problem, const Weights& weights) {
    Problem changed = problem;
    change(changed);
    const auto other = std::make_shared<ReferenceLayer<>>(changed, weights);
    return layer_with_run(problem, weights, [=](ReferenceLayer<>& right, const Io& asked) {
      right.run(asked);
      const auto [batch, time_steps, units] = asked.output.dims;
      std::vector<float> output(static_cast<std::size_t>(batch * time_steps * units));
      Io io = asked;
      io.output = sequence_view(output.data(), asked.output.dims, Layout::time_major);
      other->run(io);
      for (std::int64_t b = 0; b < batch; ++b)
        for (std::int64_t t = 0; t < time_steps; ++t)
          for (std::int64_t j = 0; j < units; ++j)
            if (from_other(t, j, units)) asked.output(b, t, j) = io.output(b, t, j);
    });
  };
}
void reuse_first_step(const Problem&, Io& io) {
  io.input.strides[1] = 0;
}

}  // namespace

std::vector<Mutant> dense_mutants() {
  using namespace needs;
  return {
      {"softmax_over_time",
       "softmax goes over the steps instead of the units.",
       {stateless, softmax},
       softmax_along(1)},
      {"softmax_over_batch",
       "softmax goes over the batch instead of the units.",
       {stateless, softmax},
       softmax_along(0)},
      {"softmax_not_normalised",
       "softmax leaves out the division by the sum.",
       {stateless, softmax},
       around_linear(exponentials)},
      {"dense_bias_at_first_step_only",
       "The bias is added at the first step alone.",
       {dense, bias, steps},
       partly(drop_bias, [](std::int64_t t, std::int64_t, std::int64_t) { return t != 0; })},
      {"dense_bias_not_at_first_step",
       "The bias is left out at the first step.",
       {dense, bias},
       partly(drop_bias, [](std::int64_t t, std::int64_t, std::int64_t) { return t == 0; })},
      {"time_distributed_repeats_first_step",
       "TimeDistributed computes the first step's input at every step.",
       {time_distributed, steps},
       wrong_io(reuse_first_step)},
      {"last_unit_not_activated",
       "The last unit of a row, past the last whole vector, is not activated.",
       {stateless, needs::activation, units},
       partly(drop_activation,
              [](std::int64_t, std::int64_t j, std::int64_t units) { return j == units - 1; })},
  };
}

}  // namespace lockstep
