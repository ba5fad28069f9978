#include "bench/train/weights.h"

#include <span>
#include <utility>

#include <fmt/format.h>

#include "cases/npy.h"

namespace lockstep {
namespace {

/// Calls back with each weight of the model: its name, its shape, its values.
template <class Model, class Callback>
void for_each_weight(Model& model, const Callback& callback) {
  const ModelGraph graph = resolve(model);
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    auto& node = model.nodes[i];
    const auto layer = layer_of(node);
    if (!layer) continue;
    const WeightShapes shapes = weight_shapes(*layer, graph.given(i).features);
    const auto take = [&](const char* name, const WeightShapes::Matrix& shape, auto& values) {
      if (values.empty()) return;
      std::vector<std::int64_t> dims(shape.begin(), shape.end());
      if (&shape == &shapes.bias && shape[0] == 1) dims.erase(dims.begin());
      callback(fmt::format("{}/{}", node.name, name), dims, values);
    };
    take("kernel", shapes.kernel, node.weights.kernel);
    take("recurrent_kernel", shapes.recurrent_kernel, node.weights.recurrent_kernel);
    take("bias", shapes.bias, node.weights.bias);
  }
}

}  // namespace

std::vector<NamedShape> named_weights(const ModelSpec& model) {
  std::vector<NamedShape> all;
  for_each_weight(model, [&](const std::string& name, const std::vector<std::int64_t>& dims, const auto&) {
    all.push_back({name, dims});
  });
  return all;
}

std::vector<NpzMember> weight_members(const ModelSpec& model,
                                      const std::vector<std::vector<float>>& weights) {
  std::vector<NpzMember> members;
  for (const NamedShape& one : named_weights(model))
    members.push_back({one.name, npy_bytes<float>(one.dims, weights[members.size()])});
  return members;
}

ModelSpec with_weights(ModelSpec model, const std::filesystem::path& path) {
  std::vector<Array<float>> arrays = read_npz<float>(path, named_weights(model));
  auto next = arrays.begin();
  for_each_weight(
      model, [&](const std::string&, const auto&, auto& values) { values = std::move((next++)->values); });
  return model;
}

}  // namespace lockstep
