#include "backends/fused/whole_steps.h"

namespace lockstep::fused {

bool WholeSteps::fit(const RecurrentSpec& layer, int lanes) {
  return is_usual(layer) && (layer.cell != Cell::gru || layer.reset_after) && layer.units % lanes == 0;
}

WholeSteps::WholeSteps(const Problem& problem, const Kernels& kernels,
                       const std::vector<GateProduct>& weights, const std::vector<const float*>& projected,
                       Slice rows, States& states, const float* const* inputs)
    : kernel_(kernels.steps[static_cast<std::size_t>(as_recurrent(problem)->cell)]),
      return_sequences_(as_recurrent(problem)->return_sequences),
      rows_(rows),
      states_(states) {
  steps_.rows = rows.size();
  steps_.features = problem.shape.features;
  steps_.units = as_recurrent(problem)->units;
  steps_.inputs = inputs;
  steps_.state_stride = states.stride;
  steps_.c = states.c.data() + rows.begin * states.stride;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    StepProduct& product = steps_.products[i];
    product.recurrent_kernel = weights[i].recurrent_kernel.data();
    if (projected[i] == nullptr) {
      product.kernel = weights[i].kernel.data();
      product.start = weights[i].bias.data();
    } else {
      product.start = projected[i];
      product.start_row = weights[i].panels.width;
      product.start_step = rows.size() * product.start_row;
    }
    if (weights[i].recurrent_bias.size() > 0) steps_.recurrent_bias = weights[i].recurrent_bias.data();
  }
}

void WholeSteps::run(const Io& io, std::int64_t first, std::int64_t count) const {
  Steps steps = steps_;
  steps.count = count;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t before = (static_cast<std::size_t>(first) + i) % 2;
    steps.h[i] = states_.h[before].data() + rows_.begin * states_.stride;
    steps.h_rows[i] = states_.h_rows[before].data() + rows_.begin;
  }
  if (return_sequences_) {
    steps.output = io.output.row(rows_.begin, first);
    steps.output_row = io.output.strides[0];
    steps.output_step = io.output.strides[1];
  }
  kernel_(steps);
}

}  // namespace lockstep::fused
