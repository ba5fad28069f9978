#include "verify/explain/isolated.h"

namespace lockstep {
namespace {

constexpr std::string_view lstm_gates[]{"input gate i", "forget gate f", "candidate c", "output gate o"};
constexpr std::string_view gru_gates[]{"update gate z", "reset gate r", "candidate h"};
constexpr std::string_view simple_gates[]{"its only product"};

}  // namespace

std::span<const std::string_view> gates_of(const RecurrentSpec& layer) {
  if (layer.cell == Cell::lstm) return lstm_gates;
  if (layer.cell == Cell::gru) return gru_gates;
  return simple_gates;
}

Weights isolated(const RecurrentSpec& layer, const Weights& whole, std::int64_t gate, const Parts& parts,
                 Plain plain) {
  const std::int64_t units = layer.units, columns = gate_count(layer) * units;
  Weights weights = whole;
  const auto keep = [&](std::vector<float>& matrix, std::int64_t row, bool part, auto&& plain_value) {
    for (std::int64_t column = 0; column < columns; ++column)
      if (!part || column / units != gate)
        matrix[static_cast<std::size_t>(row * columns + column)] = plain_value(column % units);
  };
  const auto rows_of = [&](const std::vector<float>& matrix) {
    return static_cast<std::int64_t>(matrix.size()) / columns;
  };
  for (std::int64_t i = 0; i < rows_of(weights.kernel); ++i)
    keep(weights.kernel, i, parts.kernel, [](std::int64_t) { return 0.0F; });
  for (std::int64_t i = 0; i < units; ++i)
    keep(weights.recurrent_kernel, i, parts.recurrent_kernel,
         [&](std::int64_t unit) { return plain == Plain::half_of_state && unit == i ? 0.5F : 0.0F; });
  const std::int64_t last = rows_of(weights.bias) - 1;  // of two: the one that a reset gate acts on
  for (std::int64_t i = 0; i <= last; ++i)
    keep(weights.bias, i, parts.bias[i],
         [&](std::int64_t) { return plain == Plain::constant && i == last ? 0.5F : 0.0F; });
  return weights;
}

}  // namespace lockstep
