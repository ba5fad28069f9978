#include "cases/rtneural/read_rtneural.h"

#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "cases/fields.h"
#include "cases/file_bytes.h"

namespace lockstep {
namespace rtneural {
namespace {

constexpr std::uint64_t largest_text = 16 * mebibyte;  // an LSTM of 256 units, indented, has 10
constexpr const char* types = "dense, time-distributed-dense, lstm, gru and activation";

/// The last of a shape's sizes, as in [null, null, 8].
std::int64_t last_size(Fields& fields, const char* key) {
  const Json& shape = fields.need(key);
  constexpr std::int64_t most = std::int64_t{1} << 24;
  const bool fits = shape.is_array() && (shape.size() == 2 || shape.size() == 3) &&
                    shape.back().is_number_integer() && shape.back().get<std::int64_t>() > 0 &&
                    shape.back().get<std::int64_t>() <= most;
  if (!fits) fields.refuse(key, "[null, null, features] or [null, features]");
  return shape.back().get<std::int64_t>();
}

/// One of a layer's arrays, row-major.
class WeightReader {
 public:
  WeightReader(const Fields& layer, const Json& weights, std::size_t number)
      : layer_(layer), name_(fmt::format("weights[{}]", number)), json_(weights.at(number)) {}

  std::vector<float> read(const std::vector<std::int64_t>& dims) {
    for (const Json* at = &json_; at->is_array(); at = &at->front()) {
      dims_.push_back(static_cast<std::int64_t>(at->size()));
      if (at->empty()) break;
    }
    if (dims_ != dims) refuse(fmt::format("has the shape ({})", fmt::join(dims_, ", ")), dims);
    take(json_, 0, dims);
    return std::move(values_);
  }

 private:
  void take(const Json& json, std::size_t axis, const std::vector<std::int64_t>& dims) {
    if (axis == dims.size()) {
      if (!json.is_number() || !(std::abs(json.get<double>()) <= std::numeric_limits<float>::max()))
        refuse(fmt::format("holds {}", shown(json)), dims);
      values_.push_back(json.get<float>());
      return;
    }
    if (!json.is_array() || static_cast<std::int64_t>(json.size()) != dims[axis])
      refuse(fmt::format("has rows of other sizes, as {}", shown(json)), dims);
    for (const Json& one : json) take(one, axis + 1, dims);
  }
  [[noreturn]] void refuse(const std::string& what, const std::vector<std::int64_t>& dims) const {
    throw std::invalid_argument(fmt::format("{}: {} {}: accepted are finite numbers of the shape ({})",
                                            layer_.where(), name_, what, fmt::join(dims, ", ")));
  }

  const Fields& layer_;
  std::string name_;
  const Json& json_;
  std::vector<std::int64_t> dims_;
  std::vector<float> values_;
};

Activation take_activation(Fields& layer) {
  const Json& value = layer.take("activation");
  if (value.is_null() || value == Json("")) return Activation::linear;
  const auto activation = parse_activation(value);
  if (!activation || (activation != Activation::tanh && activation != Activation::relu &&
                      activation != Activation::sigmoid && activation != Activation::softmax))
    layer.refuse("activation", R"("", tanh, relu, sigmoid and softmax)");
  return *activation;
}

/// weight_shapes has no rank: a bias that is one row is a list in the file.
std::vector<std::int64_t> dims_in_file(const WeightShapes::Matrix& shape, bool is_one_row) {
  if (is_one_row) return {shape[1]};
  return {shape[0], shape[1]};
}

class Reader {
 public:
  ModelFile read(const Json& json, const std::string& name) {
    Fields model(json, "the model");
    file_.model.name = name;
    file_.model.sequential = true;
    features_ = last_size(model, "in_shape");
    file_.model.nodes.push_back({"input_layer", InputSpec{std::nullopt, features_}, {}, {}});
    const Json& layers = model.need("layers");
    constexpr std::size_t most = 2'000;
    if (!layers.is_array() || layers.empty() || layers.size() > most)
      model.refuse("layers", fmt::format("a list of 1 to {} layers", most));
    // What programs around RTNeural write that changes no number of the layers, and what would.
    model.ignore({"samplerate", "sample_rate", "author", "name", "esr", "metadata", "version"});
    for (const char* key : {"in_skip", "skip", "in_gain", "out_gain"})
      if (const Json& value = model.take(key); !value.is_null() && value != Json(0))
        model.refuse(key, "0: what is added to the layers' answer, or multiplies it, is not computed");
    model.finish();
    for (const Json& one : layers) add(one);
    file_.model.outputs = {file_.model.nodes.back().name};
    resolve(file_.model);
    return std::move(file_);
  }

 private:
  void add(const Json& json) {
    const auto type = json.is_object() && json.contains("type") && json["type"].is_string()
                          ? json["type"].get<std::string>()
                          : "";
    const std::string name = name_of(type);
    Fields layer(json, fmt::format("layer {}", in_quotes(name)));
    layer.need("type");
    const std::int64_t units = last_size(layer, "shape");
    const Json& weights = layer.need("weights");
    if (!weights.is_array()) layer.refuse("weights", "a list of arrays");
    if (type == "dense" || type == "time-distributed-dense")
      add_dense(layer, name, units, weights,
                type == "dense" ? DenseStyle::flattened : DenseStyle::time_distributed);
    else if (type == "lstm" || type == "gru")
      add_recurrent(layer, name, units, weights, type == "lstm" ? Cell::lstm : Cell::gru);
    else if (type == "activation")
      add_activation(layer, name, units, weights);
    else
      layer.refuse("type", fmt::format("one of {}", types));
    layer.finish();
  }

  /// As Keras names layers: "gru", "gru_1".
  std::string name_of(const std::string& type) {
    const std::string base = type.empty()                       ? "one"
                             : type == "time-distributed-dense" ? "time_distributed"
                                                                : type;
    const int before = counts_[base]++;
    return before == 0 ? base : fmt::format("{}_{}", base, before);
  }

  void add_node(const std::string& name, NodeKind kind, Weights weights) {
    const std::string input = file_.model.nodes.back().name;
    file_.model.nodes.push_back({name, std::move(kind), {input}, std::move(weights)});
  }

  static void check_count(const Fields& layer, const Json& weights, std::size_t from, std::size_t to) {
    if (weights.size() < from || weights.size() > to)
      throw std::invalid_argument(fmt::format("{}: weights has {} arrays: accepted are {}{}", layer.where(),
                                              weights.size(), from,
                                              from == to ? "" : fmt::format(" or {}", to)));
  }

  /// Of a layer whose weights are not those of its shape, the shape is what is wrong.
  void check_units(const Fields& layer, const Json& weights, std::size_t number, std::int64_t gates,
                   std::int64_t units) const {
    const Json& kernel = weights.at(number);
    if (!kernel.is_array() || kernel.empty() || !kernel.front().is_array()) return;
    const auto columns = static_cast<std::int64_t>(kernel.front().size());
    if (columns != gates * units && columns > 0 && columns % gates == 0)
      layer.refuse("shape", fmt::format("[..., {}], as its weights have", columns / gates));
  }

  void add_dense(Fields& layer, const std::string& name, std::int64_t units, const Json& weights,
                 DenseStyle style) {
    check_count(layer, weights, 1, 2);
    check_units(layer, weights, 0, 1, units);
    DenseSpec spec;
    spec.units = units;
    spec.activation = take_activation(layer);
    spec.use_bias = weights.size() == 2;
    spec.style = style;
    Weights its;
    its.kernel = WeightReader(layer, weights, 0).read({features_, units});
    if (spec.use_bias) its.bias = WeightReader(layer, weights, 1).read({units});
    add_node(name, spec, std::move(its));
    features_ = units;
  }

  void add_recurrent(Fields& layer, const std::string& name, std::int64_t units, const Json& weights,
                     Cell cell) {
    check_count(layer, weights, 3, 3);
    if (const Activation activation = take_activation(layer);
        activation != Activation::linear && activation != Activation::tanh)
      layer.refuse("activation", R"("" and tanh: RTNeural computes tanh, whatever is said here)");
    RecurrentSpec spec;
    spec.cell = cell;
    spec.units = units;
    spec.return_sequences = true;
    check_units(layer, weights, 0, gate_count(spec), units);
    if (const Json& shape = layer.take("shape"); shape.size() == 2)
      file_.notices.push_back(fmt::format(
          "{}: its shape is {}, in Keras that of the last step alone: every step is returned, as by "
          "RTNeural",
          layer.where(), shown(shape)));
    const WeightShapes shapes = weight_shapes(spec, features_);
    Weights its;
    its.kernel = WeightReader(layer, weights, 0).read(dims_in_file(shapes.kernel, false));
    its.recurrent_kernel = WeightReader(layer, weights, 1).read(dims_in_file(shapes.recurrent_kernel, false));
    its.bias = WeightReader(layer, weights, 2).read(dims_in_file(shapes.bias, cell == Cell::lstm));
    add_node(name, spec, std::move(its));
    features_ = units;
  }

  void add_activation(Fields& layer, const std::string& name, std::int64_t units, const Json& weights) {
    check_count(layer, weights, 0, 0);
    if (units != features_) layer.refuse("shape", fmt::format("[..., {}], as it is given", features_));
    add_node(name, ActivationSpec{take_activation(layer)}, {});
  }

  ModelFile file_;
  std::int64_t features_ = 1;
  std::map<std::string, int> counts_;
};

}  // namespace
}  // namespace rtneural

ModelFile read_rtneural(const std::filesystem::path& path) {
  try {
    const std::string text =
        bytes_of_file(path, rtneural::largest_text, "what RTNeural's python/model_utils.py writes");
    return rtneural::Reader().read(parse_json(text), path.stem().string());
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{}: {}", in_quotes(path.string()), error.what()));
  }
}

}  // namespace lockstep
