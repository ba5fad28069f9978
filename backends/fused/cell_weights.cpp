#include "backends/fused/cell_weights.h"

namespace lockstep::fused {
namespace {

bool has_two_biases(const RecurrentSpec& layer) {
  return layer.cell == Cell::gru && layer.reset_after;
}

/// The bias of all gates, or one of the two rows of it; zeros without.
std::vector<float> bias_row(const RecurrentSpec& layer, const Weights& weights, std::int64_t row) {
  const std::int64_t columns = gate_count(layer) * layer.units;
  if (!layer.use_bias) return std::vector<float>(static_cast<std::size_t>(columns));
  const float* from = weights.bias.data() + row * columns;
  return {from, from + columns};
}

}  // namespace

GateProduct::GateProduct(const Problem& problem, const Weights& weights, Slice units,
                         const std::vector<int>& gates, int lanes)
    : panels(units, static_cast<int>(gates.size()), lanes) {
  const RecurrentSpec& layer = *as_recurrent(problem);
  const std::int64_t columns = gate_count(layer) * layer.units;
  std::vector<std::int64_t> gate_columns;
  for (const int gate : gates) gate_columns.push_back(gate * layer.units);
  kernel = panels.pack(weights.kernel.data(), problem.shape.features, columns, gate_columns);
  recurrent_kernel = panels.pack(weights.recurrent_kernel.data(), layer.units, columns, gate_columns);
  std::vector<float> input_bias = bias_row(layer, weights, 0);
  if (has_two_biases(layer)) {
    const std::vector<float> other = bias_row(layer, weights, 1);
    constexpr int candidate = 2;
    if (gates.front() == candidate)
      recurrent_bias = panels.pack(other.data(), 1, columns, gate_columns);
    else
      for (std::size_t i = 0; i < other.size(); ++i) input_bias[i] += other[i];
  }
  bias = panels.pack(input_bias.data(), 1, columns, gate_columns);
}

std::vector<GateProduct> pack_cell(const Problem& problem, const Weights& weights, Slice units, int lanes) {
  std::vector<GateProduct> products;
  switch (as_recurrent(problem)->cell) {
    case Cell::simple_rnn:
      products.emplace_back(problem, weights, units, std::vector{0}, lanes);
      break;
    case Cell::lstm:
      products.emplace_back(problem, weights, units, std::vector{0, 1, 2, 3}, lanes);
      break;
    case Cell::gru:
      products.emplace_back(problem, weights, units, std::vector{0, 1}, lanes);
      products.emplace_back(problem, weights, units, std::vector{2}, lanes);
      break;
  }
  return products;
}

std::int64_t weights_of_step(const std::vector<GateProduct>& products, bool folded) {
  std::int64_t weights = 0;
  for (const GateProduct& product : products)
    weights += product.recurrent_kernel.size() + (folded ? product.kernel.size() : 0);
  return weights;
}

}  // namespace lockstep::fused
