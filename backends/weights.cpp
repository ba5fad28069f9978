#include "backends/weights.h"

#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

namespace lockstep {
namespace {

WeightShapes shapes_of(const RecurrentSpec& layer, std::int64_t features) {
  const std::int64_t columns = gate_count(layer) * layer.units;
  const std::int64_t bias_rows = layer.cell == Cell::gru && layer.reset_after ? 2 : 1;
  return {{features, columns},
          {layer.units, columns},
          layer.use_bias ? WeightShapes::Matrix{bias_rows, columns} : WeightShapes::Matrix{}};
}
WeightShapes shapes_of(const DenseSpec& layer, std::int64_t features) {
  return {{features, layer.units},
          {},
          layer.use_bias ? WeightShapes::Matrix{1, layer.units} : WeightShapes::Matrix{}};
}
WeightShapes shapes_of(const ActivationSpec&, std::int64_t) {
  return {};
}

void check_size(std::string_view name, const std::vector<float>& values, const WeightShapes::Matrix& shape) {
  if (static_cast<std::int64_t>(values.size()) != shape[0] * shape[1])
    throw std::invalid_argument(fmt::format("{} has {} values: the layer takes {} ({} x {})", name,
                                            values.size(), shape[0] * shape[1], shape[0], shape[1]));
}

}  // namespace

WeightShapes weight_shapes(const LayerSpec& layer, std::int64_t features) {
  return std::visit([&](const auto& spec) { return shapes_of(spec, features); }, layer);
}

void check_weights(const Problem& problem, const Weights& weights) {
  const WeightShapes shapes = weight_shapes(problem.layer, problem.shape.features);
  check_size("kernel", weights.kernel, shapes.kernel);
  check_size("recurrent_kernel", weights.recurrent_kernel, shapes.recurrent_kernel);
  check_size("bias", weights.bias, shapes.bias);
}

}  // namespace lockstep
