#include <algorithm>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/wrong.h"

namespace lockstep {
namespace {

enum Parts { kernel_only = 1, recurrent_only = 2, bias_only = 4, everywhere = 7 };
enum { lstm_i, lstm_f, lstm_c, lstm_o };
enum { gru_z, gru_r, gru_h };

/// Calls change(columns of a gate 0, rows after rows) for each row of the weights in `parts`.
template <class Change>
void for_each_row(const Problem& problem, Weights& weights, Parts parts, Change change) {
  const auto& layer = *as_recurrent(problem);
  const std::int64_t columns = gate_count(layer) * layer.units;
  const auto on = [&](std::vector<float>& matrix) {
    for (auto row = matrix.begin(); row < matrix.end(); row += columns) change(row, layer.units);
  };
  if (parts & kernel_only) on(weights.kernel);
  if (parts & recurrent_only) on(weights.recurrent_kernel);
  if (parts & bias_only) on(weights.bias);
}

void swap_gates(const Problem& problem, Weights& weights, int a, int b, Parts parts) {
  for_each_row(problem, weights, parts, [&](auto row, std::int64_t units) {
    std::swap_ranges(row + a * units, row + (a + 1) * units, row + b * units);
  });
}

MakeLayer swapped(int a, int b, Parts parts = everywhere) {
  return wrong_weights(
      [=](const Problem& problem, Weights& weights) { swap_gates(problem, weights, a, b, parts); });
}

/// One gate's weights all `value` times themselves, and its bias `offset` more.
MakeLayer gate_scaled(int gate, float value, float offset) {
  return wrong_weights([=](const Problem& problem, Weights& weights) {
    for_each_row(problem, weights, everywhere, [&](auto row, std::int64_t units) {
      for (auto x = row + gate * units; x < row + (gate + 1) * units; ++x) *x *= value;
    });
    if (weights.bias.empty()) return;
    const std::int64_t units = as_recurrent(problem)->units;
    for (std::int64_t j = gate * units; j < (gate + 1) * units; ++j)
      weights.bias[static_cast<std::size_t>(j)] += offset;
  });
}

std::unique_ptr<Layer> reset_before(Problem problem, Weights weights) {
  std::get<RecurrentSpec>(problem.layer).reset_after = false;
  const std::size_t columns = weights.bias.size() / 2;
  for (std::size_t j = 0; j < columns; ++j) weights.bias[j] += weights.bias[columns + j];
  weights.bias.resize(columns);
  return std::make_unique<ReferenceLayer<>>(problem, std::move(weights));
}

std::unique_ptr<Layer> reset_after(Problem problem, Weights weights) {
  std::get<RecurrentSpec>(problem.layer).reset_after = true;
  weights.bias.resize(2 * weights.bias.size(), 0.0F);
  return std::make_unique<ReferenceLayer<>>(problem, std::move(weights));
}

constexpr float wide_open = 100;  // sigmoid of it is 1

}  // namespace

std::vector<Mutant> gate_mutants() {
  using namespace needs;
  return {
      {"lstm_i_f_swapped",
       "Input and forget gate are taken for each other.",
       {lstm},
       swapped(lstm_i, lstm_f)},
      {"lstm_i_o_swapped",
       "Input and output gate are taken for each other.",
       {lstm},
       swapped(lstm_i, lstm_o)},
      {"lstm_c_o_swapped",
       "The gates are read in the order i f o c instead of i f c o.",
       {lstm},
       swapped(lstm_c, lstm_o)},
      {"lstm_onnx_order",
       "The gates are read in the order i o f c of ONNX.",
       {lstm},
       wrong_weights([](const Problem& problem, Weights& weights) {
         swap_gates(problem, weights, lstm_f, lstm_o, everywhere);
         swap_gates(problem, weights, lstm_f, lstm_c, everywhere);
       })},
      {"lstm_kernel_c_o_swapped",
       "The gates are read as i f o c in the kernel alone.",
       {lstm},
       swapped(lstm_c, lstm_o, kernel_only)},
      {"lstm_recurrent_kernel_f_c_swapped",
       "Forget gate and candidate are taken for each other in the recurrent kernel alone.",
       {lstm},
       swapped(lstm_f, lstm_c, recurrent_only)},
      {"lstm_bias_i_f_swapped",
       "Input and forget gate are taken for each other in the bias alone.",
       {lstm, bias},
       swapped(lstm_i, lstm_f, bias_only)},
      {"lstm_forget_gate_open",
       "The forget gate is always 1: nothing is forgotten.",
       {lstm, bias, sigmoid_gates},
       gate_scaled(lstm_f, 0, wide_open)},
      {"gru_z_r_swapped",
       "Update and reset gate are taken for each other, as in the order r z h of PyTorch.",
       {gru},
       swapped(gru_z, gru_r)},
      {"gru_r_h_swapped", "Reset gate and candidate are taken for each other.", {gru}, swapped(gru_r, gru_h)},
      {"gru_z_h_swapped",
       "Update gate and candidate are taken for each other.",
       {gru},
       swapped(gru_z, gru_h)},
      {"gru_kernel_z_r_swapped",
       "Update and reset gate are taken for each other in the kernel alone.",
       {gru},
       swapped(gru_z, gru_r, kernel_only)},
      {"gru_recurrent_kernel_z_r_swapped",
       "Update and reset gate are taken for each other in the recurrent kernel alone.",
       {gru},
       swapped(gru_z, gru_r, recurrent_only)},
      {"gru_bias_z_r_swapped",
       "Update and reset gate are taken for each other in the bias alone.",
       {gru, bias},
       swapped(gru_z, gru_r, bias_only)},
      {"gru_z_complemented",
       "The update gate keeps the candidate where it should keep the state: 1 - z instead of z.",
       {gru, sigmoid_gates},
       gate_scaled(gru_z, -1, 0)},
      {"gru_reset_gate_open",
       "The reset gate is always 1: the candidate sees the whole state.",
       {gru, bias, sigmoid_gates},
       gate_scaled(gru_r, 0, wide_open)},
      {"gru_reset_before",
       "The reset gate is applied before the recurrent product instead of after it.",
       {gru_after},
       reset_before},
      {"gru_reset_after",
       "The reset gate is applied after the recurrent product instead of before it.",
       {gru_before},
       reset_after},
  };
}

}  // namespace lockstep
