#include <algorithm>
#include <limits>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/wrong_training.h"

namespace lockstep {
namespace {

/// Each sum of outer products is of the last row alone.
struct LastRowAlone : reference::PlainBackward<float> {
  void add_outer_products(std::int64_t rows, const float* x, std::int64_t k, const float* g,
                          std::int64_t g_stride, float* y, std::int64_t y_stride, std::int64_t n) {
    reference::add_outer_products(1, x + (rows - 1) * k, k, g + (rows - 1) * g_stride, g_stride, y, y_stride,
                                  n);
  }
};

void scale(std::vector<float>& values, float factor) {
  for (float& value : values) value *= factor;
}

void of_last_batch_row(ReferenceTraining<>& right, const Io& io, const Gradients& asked) {
  const std::int64_t batch = right.problem().shape.batch;
  right.backward(io, asked);
  reference::fill_zero(*asked.weights);
  right.add_backward(io, asked, batch - 1, batch);
}

void add_to_last(ReferenceTraining<>& right, const Io& io, const Gradients& asked, Weights& before) {
  right.backward(io, asked);
  if (!before.kernel.empty()) reference::add(before, *asked.weights);
  before = *asked.weights;
}

std::unique_ptr<TrainableLayer> other_kernel_back(const Problem& problem, const Weights& weights) {
  Weights back = weights;
  for (float& value : back.kernel) value *= 1.01F;
  return std::make_unique<WithOtherWeightsBack>(problem, weights, back, true);
}

void reverse_steps(const SequenceView<float>& view) {
  for (std::int64_t b = 0; b < view.dims[0]; ++b)
    for (std::int64_t t = 0; t < view.dims[1] / 2; ++t)
      std::swap_ranges(view.row(b, t), view.row(b, t) + view.dims[2], view.row(b, view.dims[1] - 1 - t));
}

}  // namespace

std::vector<Mutant> gradient_mutants() {
  using namespace needs;
  return {
      {"weights_of_last_batch_row",
       "The gradients of the weights are those of the last batch row, not the sum.",
       {training, weights, rows},
       {},
       wrong_backward(of_last_batch_row)},
      {"weights_of_last_step",
       "The gradients of the weights are those of each row's last step, not the sum.",
       {training, weights, steps},
       {},
       wrong_training<LastRowAlone>()},
      {"weights_averaged_over_batch",
       "The gradients of the weights are divided by the batch.",
       {training, weights, rows},
       {},
       wrong_gradients([](const Problem& problem, const Gradients& asked) {
         for (auto* values : {&asked.weights->kernel, &asked.weights->recurrent_kernel, &asked.weights->bias})
           scale(*values, 1 / static_cast<float>(problem.shape.batch));
       })},
      {"weights_add_to_last_call",
       "The gradients of the weights add to those of the call before.",
       {training, weights},
       {},
       [](const Problem& problem, const Weights& values) {
         auto before = std::make_shared<Weights>();
         return std::make_unique<WithBackward>(
             problem, values, [before](ReferenceTraining<>& right, const Io& io, const Gradients& asked) {
               add_to_last(right, io, asked, *before);
             });
       }},
      {"bias_gradient_zero",
       "The bias gets no gradient.",
       {training, bias},
       {},
       wrong_gradients([](const Problem&, const Gradients& asked) { scale(asked.weights->bias, 0); })},
      {"gru_recurrent_bias_is_input_bias",
       "The recurrent bias gets the gradient of the input bias.",
       {training, gru_after, bias},
       {},
       wrong_gradients([](const Problem&, const Gradients& asked) {
         auto& values = asked.weights->bias;
         const auto half = static_cast<std::ptrdiff_t>(values.size() / 2);
         std::copy_n(values.begin(), half, values.begin() + half);
       })},
      {"input_gradient_with_other_kernel",
       "The gradient of the input goes through a kernel one percent larger.",
       {training, weights},
       {},
       other_kernel_back},
      {"input_gradient_of_last_step_missing",
       "The gradient of the input's last step is zero.",
       {training},
       {},
       wrong_gradients([](const Problem& problem, const Gradients& asked) {
         for (std::int64_t b = 0; b < problem.shape.batch; ++b)
           std::fill_n(asked.input.row(b, problem.shape.time_steps - 1), problem.shape.features, 0.0F);
       })},
      {"input_gradient_in_order_of_processing",
       "The gradient of the input comes in the order of processing where that is backwards.",
       {training, backwards, steps},
       {},
       wrong_gradients([](const Problem&, const Gradients& asked) { reverse_steps(asked.input); })},
      {"input_gradient_layout_ignored",
       "The gradient of the input is written as if it were time-major.",
       {training, steps, rows},
       {},
       wrong_backward([](ReferenceTraining<>& right, const Io& io, Gradients asked) {
         asked.input = sequence_view(asked.input.data, asked.input.dims, Layout::time_major);
         right.backward(io, asked);
       })},
      {"input_gradient_past_its_end",
       "One value is written past the gradient of the input.",
       {training},
       {},
       wrong_gradients([](const Problem&, const Gradients& asked) {
         const auto [batch, time_steps, features] = asked.input.dims;
         asked.input.data[batch * time_steps * features] = 1;
       })},
      {"final_h_gradient_ignored",
       "The gradient of the final h is taken for zero.",
       {training, final_state},
       {},
       wrong_given([](const Problem&, Gradients& asked) { asked.final_h = {}; })},
      {"final_c_gradient_ignored",
       "The gradient of the final c is taken for zero.",
       {training, lstm, final_state},
       {},
       wrong_given([](const Problem&, Gradients& asked) { asked.final_c = {}; })},
      {"initial_h_gradient_zero",
       "The gradient of the initial h is zero.",
       {training, initial_state},
       {},
       wrong_gradients([](const Problem&, const Gradients& asked) {
         for (std::int64_t b = 0; b < asked.initial_h.dims[0]; ++b)
           std::fill_n(asked.initial_h.row(b), asked.initial_h.dims[1], 0.0F);
       })},
      {"initial_c_gradient_not_written",
       "The gradient of the initial c is not written.",
       {training, lstm, initial_state},
       {},
       wrong_backward([](ReferenceTraining<>& right, const Io& io, Gradients asked) {
         asked.initial_c = {};
         right.backward(io, asked);
       })},
      {"update_ignored",
       "New weights are not taken.",
       {training, weights},
       {},
       [](const Problem& problem, const Weights& values) {
         class Stubborn : public ReferenceTraining<> {
          public:
           using ReferenceTraining<>::ReferenceTraining;
           void update(const Weights&) override {}
         };
         return std::make_unique<Stubborn>(problem, values);
       }},
      {"update_ignored_on_the_way_back",
       "New weights are taken for the forward pass alone.",
       {training, weights},
       {},
       [](const Problem& problem, const Weights& values) {
         return std::make_unique<WithOtherWeightsBack>(problem, values, values, false);
       }},
      {"backward_throws",
       "The backward pass throws.",
       {training},
       {},
       wrong_backward([](ReferenceTraining<>&, const Io&, const Gradients&) {
         throw std::runtime_error("the mutant broke");
       })},
  };
}

}  // namespace lockstep
