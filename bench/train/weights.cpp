#include "bench/train/weights.h"

#include <algorithm>
#include <span>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
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
    const WeightShapes shapes = weight_shapes(*layer, graph.returns[graph.reads[i]].features);
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

std::string names_of(const ModelSpec& model) {
  std::string names;
  for (const NamedWeight& one : named_weights(model)) (names += names.empty() ? "" : ", ") += one.name;
  return names;
}

}  // namespace

std::vector<NamedWeight> named_weights(const ModelSpec& model) {
  std::vector<NamedWeight> all;
  for_each_weight(model, [&](const std::string& name, const std::vector<std::int64_t>& dims, const auto&) {
    all.push_back({name, dims});
  });
  return all;
}

std::vector<NpzMember> weight_members(const ModelSpec& model,
                                      const std::vector<std::vector<float>>& weights) {
  std::vector<NpzMember> members;
  for (const NamedWeight& one : named_weights(model))
    members.push_back({one.name, npy_bytes<float>(one.dims, weights[members.size()])});
  return members;
}

ModelSpec with_weights(ModelSpec model, const std::filesystem::path& path) {
  const auto refuse = [&](const std::string& why) {
    throw std::invalid_argument(
        fmt::format("{}: {}: accepted are the weights {}", in_quotes(path.string()), why, names_of(model)));
  };
  std::vector<NamedArray<float>> arrays = read_npz<float>(path);
  std::size_t found = 0;
  for_each_weight(model, [&](const std::string& name, const std::vector<std::int64_t>& dims, auto& values) {
    const auto array =
        std::find_if(arrays.begin(), arrays.end(), [&](const auto& one) { return one.name == name; });
    if (array == arrays.end()) return refuse("has no " + name);
    if (array->array.dims != dims)
      return refuse(fmt::format("{} has the shape ({}), not ({})", name, fmt::join(array->array.dims, ", "),
                                fmt::join(dims, ", ")));
    values = std::move(array->array.values);
    ++found;
  });
  if (found != arrays.size()) refuse(fmt::format("has {} arrays", arrays.size()));
  return model;
}

}  // namespace lockstep
