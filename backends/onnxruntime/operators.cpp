#include "backends/onnxruntime/operators.h"

#include <algorithm>
#include <array>

namespace lockstep::onnxruntime {
namespace {

/// Which of Keras' gates i f c o comes at `gate` of the operator's i o f c; those of gru are in one order.
std::int64_t keras_gate(Cell cell, std::int64_t gate) {
  constexpr std::array<std::int64_t, 4> lstm{0, 3, 1, 2};
  return cell == Cell::lstm ? lstm[static_cast<std::size_t>(gate)] : gate;
}

/// Of [rows, gates * units] each column a row, the gates in the operator's order.
std::vector<float> transposed(const RecurrentSpec& layer, const std::vector<float>& matrix,
                              std::int64_t rows) {
  const std::int64_t gates = gate_count(layer), columns = gates * layer.units;
  std::vector<float> to;
  to.reserve(matrix.size());
  for (std::int64_t gate = 0; gate < gates; ++gate)
    for (std::int64_t unit = 0; unit < layer.units; ++unit) {
      const std::int64_t column = keras_gate(layer.cell, gate) * layer.units + unit;
      for (std::int64_t row = 0; row < rows; ++row)
        to.push_back(matrix[static_cast<std::size_t>(row * columns + column)]);
    }
  return to;
}

}  // namespace

ActivationOperator activation_operator(Activation activation) {
  switch (activation) {
    case Activation::tanh:
      return {"Tanh", {}};
    case Activation::sigmoid:
      return {"Sigmoid", {}};
    case Activation::hard_sigmoid:
      return {"HardSigmoid", {{1 / 6.0F, 0.5F}}};
    case Activation::relu:
      return {"Relu", {}};
    case Activation::softsign:
      return {"Softsign", {}};
    case Activation::softmax:
      return {"Softmax", {}};
    case Activation::linear:
      break;
  }
  return {"Affine", {{1.0F, 0.0F}}};
}

OperatorWeights operator_weights(const RecurrentSpec& layer, std::int64_t features, const Weights& weights) {
  OperatorWeights packed{transposed(layer, weights.kernel, features),
                         transposed(layer, weights.recurrent_kernel, layer.units),
                         {}};
  const std::int64_t columns = gate_count(layer) * layer.units;
  packed.bias.resize(static_cast<std::size_t>(2 * columns));
  for (std::int64_t start = 0; start < static_cast<std::int64_t>(weights.bias.size()); start += columns) {
    const auto from = weights.bias.begin() + start;
    const std::vector<float> part = transposed(layer, {from, from + columns}, 1);
    std::copy(part.begin(), part.end(), packed.bias.begin() + start);
  }
  return packed;
}

}  // namespace lockstep::onnxruntime
