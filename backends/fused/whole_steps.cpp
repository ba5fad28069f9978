#include "backends/fused/whole_steps.h"

#include "backends/fused/tiles.h"

namespace lockstep::fused {
namespace {

auto kernel_of(const StepKernels& kernels, const RecurrentSpec& layer) {
  switch (layer.cell) {
    case Cell::simple_rnn:
      return kernels.simple_rnn;
    case Cell::lstm:
      return kernels.lstm;
    case Cell::gru:
      break;
  }
  return layer.reset_after ? kernels.gru_after : kernels.gru_before;
}

}  // namespace

bool WholeSteps::fit(const RecurrentSpec& layer, int lanes) {
  return is_usual(layer) && layer.units % lanes == 0;
}

WholeSteps::WholeSteps(const Problem& problem, const Kernels& kernels,
                       const std::vector<GateProduct>& weights, const std::vector<const float*>& projected,
                       Slice rows, States& states)
    : kernel_(kernel_of(kernels.steps, *as_recurrent(problem))),
      return_sequences_(as_recurrent(problem)->return_sequences),
      go_backwards_(as_recurrent(problem)->go_backwards),
      rows_(rows),
      states_(states) {
  steps_.rows = rows.size();
  steps_.rows_at_once =
      rows_at_once(rows.size(), weights_of_step(weights, projected.front() == nullptr), kernels);
  steps_.features = problem.shape.features;
  steps_.units = as_recurrent(problem)->units;
  steps_.state_stride = states.stride;
  const std::int64_t behind = rows.begin * states.stride;
  steps_.c = steps_.z = states.c.data() + behind;
  steps_.reset_h = states.reset_h.data() + behind;
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
  }
  steps.input = io.input.row(rows_.begin, go_backwards_ ? io.input.dims[1] - 1 - first : first);
  steps.input_row = io.input.strides[0];
  steps.input_step = go_backwards_ ? -io.input.strides[1] : io.input.strides[1];
  if (return_sequences_) {
    steps.output = io.output.row(rows_.begin, first);
    steps.output_row = io.output.strides[0];
    steps.output_step = io.output.strides[1];
  }
  kernel_(steps);
}

}  // namespace lockstep::fused
