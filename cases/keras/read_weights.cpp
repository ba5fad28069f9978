#include "cases/keras/read_weights.h"

#include <algorithm>
#include <array>
#include <cstdint>
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
#include "cases/keras/limits.h"
#include "cases/model_file.h"

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
      : model_(to.model),
        graph_(resolve_without_weights(to.model)),
        remarks_(remarks),
        content_(content),
        naming_(naming) {}

  void read(const std::vector<WeightsPlace>& places) {
    const bool is_old = content_.groups.contains(old_container);
    for (const WeightsPlace& place : places) read_layer(place, group_of(place, is_old));
    copy_to_calls();
    for (const auto& [tensor, stored] : content_.tensors)
      if (!used_.contains(tensor) && is_weight(tensor))
        throw std::invalid_argument(
            fmt::format("{} is of no layer: accepted are the weights of the model", in_quotes(tensor)));
  }

 private:
  static std::uint64_t bytes_of(const Weights& weights) {
    return sizeof(float) * (weights.kernel.size() + weights.recurrent_kernel.size() + weights.bias.size());
  }
  /// Each has weights of its own, which must not take much more than what the file holds.
  void copy_to_calls() {
    std::map<std::string_view, const Node*> firsts;
    std::uint64_t most = 0, bytes = 0;
    for (const Node& node : model_.nodes)
      if (node.call_of.empty()) {
        firsts.emplace(node.name, &node);
        most += bytes_of(node.weights);
      }
    most = largest_copies(most);
    for (Node& node : model_.nodes) {
      if (node.call_of.empty()) continue;
      const Weights& weights = firsts.at(node.call_of)->weights;
      bytes += bytes_of(weights);
      if (bytes > most)
        throw std::invalid_argument(fmt::format(
            "layer {}: its weights are held for each of its calls: accepted are calls that take up to {} MiB",
            in_quotes(node.call_of), most / mebibyte));
      node.weights = weights;
    }
  }

  void read_layer(const WeightsPlace& place, const std::string& group) {
    Node& node = model_.nodes[place.node];
    const WeightShapes shapes = weight_shapes(*layer_of(node), graph_.given(place.node).features);
    std::size_t number = 0;
    const auto take = [&](const char* name, const WeightShapes::Matrix& shape, std::vector<float>& to) {
      if (shape[0] == 0) return;
      std::vector<std::int64_t> dims(shape.begin(), shape.end());
      if (&shape == &shapes.bias && shape[0] == 1) dims.erase(dims.begin());
      const std::string what = fmt::format("layer \"{}\": its {}", node.name, name);
      to = read_tensor(what,
                       naming_ == WeightsNaming::by_class ? fmt::format("{}/{}", group, number++)
                                                          : path_by_layer(content_, place.layer, name, what),
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
    if (remarks_.dtypes.insert(stored.dtype).second && stored.dtype != "float32")
      remarks_.notices.push_back(taken_as_float32(stored.dtype, path));
    return std::move(stored.values);
  }

  ModelSpec& model_;
  ModelGraph graph_;
  Remarks& remarks_;
  Hdf5Content& content_;
  WeightsNaming naming_;
  std::set<std::string> used_;
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
