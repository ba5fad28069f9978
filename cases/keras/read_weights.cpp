#include "cases/keras/read_weights.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"

namespace lockstep::keras {
namespace {

constexpr const char *container = "layers", *old_container = "_layer_checkpoint_dependencies";
constexpr const char* legacy_weights = "model_weights/";

/// Takes the first part off a path.
std::string_view take_part(std::string_view& path) {
  const std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), part.size() + 1));
  return part;
}

/// The features of what a layer reads, which has no weights yet.
std::int64_t features_into(const ModelSpec& model, const std::map<std::string, std::size_t>& positions,
                           const Node& node) {
  const Node* at = &node;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const auto found = positions.find(at->inputs.at(0));
    if (found == positions.end())
      throw std::invalid_argument(
          fmt::format("layer \"{}\": there is no layer {}: accepted are those of the model", at->name,
                      in_quotes(at->inputs.at(0))));
    at = &model.nodes[found->second];
    if (const auto* input = std::get_if<InputSpec>(&at->kind)) return input->features;
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&at->kind)) return recurrent->units;
    if (const auto* dense = std::get_if<DenseSpec>(&at->kind)) return dense->units;
  }
  throw std::invalid_argument(fmt::format(
      "layer \"{}\": reads from itself through a cycle: a model is a graph without cycles", node.name));
}

/// The group of a layer: "layers/lstm_1/cell/vars". Keras 2.13 counts a layer that has weights twice.
std::string group_of(const WeightsPlace& place, bool is_old) {
  std::string path;
  for (const GroupStep& step : place.steps) {
    const std::size_t number = step.before + (is_old ? step.before_with_weights : 0);
    path += fmt::format("{}/{}", is_old ? old_container : container, step.class_name);
    if (number > 0) path += fmt::format("_{}", number);
    path += '/';
  }
  return path + place.path;
}

/// Whether these names stand in a path, one behind the other.
bool has_in_order(std::string_view path, std::string_view names) {
  while (!names.empty()) {
    const std::string_view wanted = take_part(names);
    bool found = false;
    while (!found && !path.empty()) found = take_part(path) == wanted;
    if (!found) return false;
  }
  return true;
}

/// The one tensor of a weight in a legacy file: "model_weights/lstm/sequential/lstm/lstm_cell/kernel", with
/// ":0" behind it where Keras 2 wrote it.
std::string path_by_layer(const Hdf5Content& content, const std::string& layer, std::string_view weight,
                          const std::string& what) {
  const std::size_t outer = std::min(layer.find('/'), layer.size());
  const std::string group = fmt::format("{}{}/", legacy_weights, layer.substr(0, outer));
  std::string found;
  for (auto at = content.tensors.lower_bound(group);
       at != content.tensors.end() && at->first.starts_with(group); ++at) {
    const std::string_view below = std::string_view(at->first).substr(group.size());
    std::string_view name = below.substr(below.rfind('/') + 1);
    if (name.ends_with(":0")) name.remove_suffix(2);
    if (name != weight ||
        !has_in_order(below, std::string_view(layer).substr(outer + (outer < layer.size()))))
      continue;
    if (!found.empty())
      throw std::invalid_argument(fmt::format("{}: it may be {} and {}: accepted is one of that name", what,
                                              in_quotes(found), in_quotes(at->first)));
    found = at->first;
  }
  return found.empty() ? fmt::format("{}{}", group, weight) : found;
}

class Reader {
 public:
  Reader(ModelConfig& to, Hdf5Content& content, WeightsNaming naming, Remarks& remarks)
      : model_(to.model), remarks_(remarks), content_(content), naming_(naming) {
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) positions_.emplace(model_.nodes[i].name, i);
  }

  void read(const std::vector<WeightsPlace>& places) {
    const bool is_old = content_.groups.contains(old_container);
    for (const WeightsPlace& place : places) read_layer(model_.nodes[place.node], group_of(place, is_old));
    for (const auto& [tensor, stored] : content_.tensors)
      if (!used_.contains(tensor) && is_weight(tensor))
        throw std::invalid_argument(
            fmt::format("{} is of no layer: accepted are the weights of the model", in_quotes(tensor)));
  }

 private:
  void read_layer(Node& node, const std::string& group) {
    Problem problem;
    problem.layer = *layer_of(node);
    problem.shape.features = features_into(model_, positions_, node);
    try {
      validate(problem);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("layer \"{}\": {}", node.name, error.what()));
    }
    const WeightShapes shapes = weight_shapes(problem.layer, problem.shape.features);
    std::size_t number = 0;
    const auto take = [&](const char* name, const WeightShapes::Matrix& shape, std::vector<float>& to) {
      if (shape[0] == 0) return;
      std::vector<std::int64_t> dims(shape.begin(), shape.end());
      if (&shape == &shapes.bias && shape[0] == 1) dims.erase(dims.begin());
      const std::string what = fmt::format("layer \"{}\": its {}", node.name, name);
      to = read_tensor(what,
                       naming_ == WeightsNaming::by_class ? fmt::format("{}/{}", group, number++)
                                                          : path_by_layer(content_, node.name, name, what),
                       dims);
    };
    take("kernel", shapes.kernel, node.weights.kernel);
    take("recurrent_kernel", shapes.recurrent_kernel, node.weights.recurrent_kernel);
    take("bias", shapes.bias, node.weights.bias);
  }

  std::vector<float> read_tensor(const std::string& what, const std::string& path,
                                 const std::vector<std::int64_t>& dims) {
    const auto found = content_.tensors.find(path);
    if (found == content_.tensors.end())
      throw std::invalid_argument(
          fmt::format("{}: there is no {} in the weights: accepted is one of the shape ({})", what,
                      in_quotes(path), fmt::join(dims, ", ")));
    auto& [stored_dims, stored, refusal] = found->second;
    if (stored_dims != dims && (refusal.empty() || !stored_dims.empty()))
      throw std::invalid_argument(fmt::format("{}: {} has the shape ({}): the layer takes ({})", what,
                                              in_quotes(path), fmt::join(stored_dims, ", "),
                                              fmt::join(dims, ", ")));
    if (!refusal.empty()) throw std::invalid_argument(fmt::format("{}: {}", what, refusal));
    if (!used_.insert(path).second)
      throw std::invalid_argument(
          fmt::format("{}: {} is another's: accepted is one of its own", what, in_quotes(path)));
    if (stored.dtype != "float32" && converted_.insert(stored.dtype).second)
      remarks_.notices.push_back(
          fmt::format("weights of {}, as in {}, are taken as float32", stored.dtype, in_quotes(path)));
    return std::move(stored.values);
  }

  ModelSpec& model_;
  Remarks& remarks_;
  Hdf5Content& content_;
  WeightsNaming naming_;
  std::map<std::string, std::size_t> positions_;
  std::set<std::string> used_, converted_;
};

}  // namespace

bool is_weight(const std::string& path) {
  constexpr std::array beside{"optimizer", "optimizer_weights", "metrics"};
  if (path.find("/seed_generator/") != std::string::npos) return false;
  if (path.starts_with(legacy_weights)) return true;
  std::string_view above;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view part = take_part(rest);
    const bool names_a_layer = above == container || above == old_container;
    if (!names_a_layer && std::ranges::count(beside, part) > 0) return false;
    above = part;
  }
  return true;
}

void read_weights(ModelConfig& config, Hdf5Content& content, WeightsNaming naming, Remarks& remarks) {
  Reader(config, content, naming, remarks).read(config.places);
}

}  // namespace lockstep::keras
