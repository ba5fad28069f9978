#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/rounding.h"
#include "verify/mutants/wrong.h"

namespace lockstep {
namespace {

constexpr float hardly = 1e-4F;  // of a value: what a comparison must not overlook

/// `from` [rows, columns] as if it were stored column by column.
void transpose(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t stride, float* to) {
  const auto at = [&](std::int64_t place) { return from[place / columns * stride + place % columns]; };
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) to[i * stride + j] = at(j * rows + i);
}

void transpose_kernel(const Problem& problem, Weights& weights) {
  const auto [rows, columns] = weight_shapes(problem.layer, problem.shape.features).kernel;
  const std::vector<float> from = weights.kernel;
  transpose(from.data(), rows, columns, columns, weights.kernel.data());
}

/// The square of each gate.
void transpose_recurrent_kernel(const Problem& problem, Weights& weights) {
  const auto [units, columns] = weight_shapes(problem.layer, problem.shape.features).recurrent_kernel;
  const std::vector<float> from = weights.recurrent_kernel;
  for (std::int64_t first = 0; first < columns; first += units)
    transpose(from.data() + first, units, units, columns, weights.recurrent_kernel.data() + first);
}

void clear_last_rows(std::vector<float>& matrix, std::int64_t rows, std::int64_t all_rows) {
  const auto columns = static_cast<std::int64_t>(matrix.size()) / all_rows;
  std::fill(matrix.end() - rows * columns, matrix.end(), 0.0F);
}

template <int bits>
void round_weights(const Problem&, Weights& weights) {
  for (auto* matrix : {&weights.kernel, &weights.recurrent_kernel})
    for (float& x : *matrix) x = rounded<bits>(x);
}

void scale_bias(Weights& weights, float by) {
  for (float& x : weights.bias) x *= by;
}

/// gru with reset_after: the two rows of the bias.
std::span<float> bias_row(Weights& weights, int row) {
  const std::size_t columns = weights.bias.size() / 2;
  return std::span(weights.bias).subspan(static_cast<std::size_t>(row) * columns, columns);
}
void clear(std::span<float> values) {
  std::fill(values.begin(), values.end(), 0.0F);
}
void move_recurrent_bias(const Problem&, Weights& weights) {
  const auto input = bias_row(weights, 0), recurrent = bias_row(weights, 1);
  for (std::size_t j = 0; j < input.size(); ++j) input[j] += recurrent[j];
  clear(recurrent);
}

std::unique_ptr<Layer> late_recurrent_bias(const Problem& problem, const Weights& weights) {
  Weights without = weights;
  clear(bias_row(without, 1));
  return layer_by_steps(problem, weights, [first = std::make_shared<OneStep>(problem, without)](Step& step) {
    if (step.place == 0) step.cell = first.get();
    take_right_step(step);
  });
}

void add_forget_bias(const Problem& problem, Weights& weights, float more) {
  const std::int64_t units = as_recurrent(problem)->units;
  for (std::int64_t j = units; j < 2 * units; ++j) weights.bias[static_cast<std::size_t>(j)] += more;
}

}  // namespace

std::vector<Mutant> weight_mutants() {
  using namespace needs;
  const auto weights_changed = [](void (*change)(const Problem&, Weights&)) { return wrong_weights(change); };
  return {
      {"kernel_transposed",
       "The kernel is read as [units, features].",
       {needs::weights, features, units},
       wrong_weights(transpose_kernel)},
      {"recurrent_kernel_transposed",
       "The recurrent kernel of each gate is read with rows and columns exchanged.",
       {recurrence, units},
       wrong_weights(transpose_recurrent_kernel)},
      {"recurrent_kernel_ignored",
       "No step sees the one before.",
       {recurrence},
       weights_changed([](const Problem&, Weights& w) { clear(w.recurrent_kernel); })},
      {"last_feature_ignored",
       "The last feature of the input is left out.",
       {needs::weights, features},
       weights_changed([](const Problem& p, Weights& w) { clear_last_rows(w.kernel, 1, p.shape.features); })},
      {"odd_features_ignored",
       "The features past the last whole vector of 8 are left out.",
       {needs::weights, odd_features},
       weights_changed([](const Problem& p, Weights& w) {
         clear_last_rows(w.kernel, p.shape.features % 8, p.shape.features);
       })},
      {"last_unit_ignored",
       "The last unit of the state is left out of the recurrent product.",
       {recurrence, units},
       weights_changed([](const Problem& p, Weights& w) {
         clear_last_rows(w.recurrent_kernel, 1, as_recurrent(p)->units);
       })},
      {"weights_in_bfloat16",
       "Kernels are rounded to bfloat16.",
       {needs::weights},
       wrong_weights(round_weights<8>)},
      {"weights_in_float16",
       "Kernels are rounded to the 11 bits of float16.",
       {needs::weights},
       wrong_weights(round_weights<11>)},
      {"kernel_element_off",
       "The last element of the kernel is off by 1e-4 of itself.",
       {needs::weights},
       weights_changed([](const Problem&, Weights& w) { w.kernel.back() *= 1 + hardly; })},
      {"recurrent_kernel_element_off",
       "The last element of the recurrent kernel is off by 1e-4 of itself.",
       {recurrence},
       weights_changed([](const Problem&, Weights& w) { w.recurrent_kernel.back() *= 1 + hardly; })},
      {"bias_element_off",
       "The last element of the bias is off by 1e-4 of itself.",
       {bias},
       weights_changed([](const Problem&, Weights& w) { w.bias.back() *= 1 + hardly; })},
      {"bias_dropped", "The bias is left out.", {bias}, weights_changed([](const Problem&, Weights& w) {
         scale_bias(w, 0);
       })},
      {"bias_doubled", "The bias is added twice.", {bias}, weights_changed([](const Problem&, Weights& w) {
         scale_bias(w, 2);
       })},
      {"bias_subtracted", "The bias is subtracted.", {bias}, weights_changed([](const Problem&, Weights& w) {
         scale_bias(w, -1);
       })},
      {"lstm_forget_bias_twice",
       "1 is added to the forget bias, which has it already.",
       {lstm, bias},
       weights_changed([](const Problem& p, Weights& w) { add_forget_bias(p, w, 1); })},
      {"gru_bias_rows_swapped",
       "Input and recurrent bias are taken for each other.",
       {gru_after, bias},
       weights_changed(
           [](const Problem&, Weights& w) { std::ranges::swap_ranges(bias_row(w, 0), bias_row(w, 1)); })},
      {"gru_recurrent_bias_outside_reset",
       "The recurrent bias is added to the input's product, where the reset gate does not reach it.",
       {gru_after, bias},
       wrong_weights(move_recurrent_bias)},
      {"gru_input_bias_dropped",
       "The bias of the input's product is left out.",
       {gru_after, bias},
       weights_changed([](const Problem&, Weights& w) { clear(bias_row(w, 0)); })},
      {"gru_recurrent_bias_dropped",
       "The bias of the recurrent product is left out.",
       {gru_after, bias},
       weights_changed([](const Problem&, Weights& w) { clear(bias_row(w, 1)); })},
      {"gru_first_step_without_recurrent_bias",
       "The first step leaves out the recurrent bias.",
       {gru_after, bias},
       late_recurrent_bias},
  };
}

}  // namespace lockstep
