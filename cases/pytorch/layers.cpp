#include "cases/pytorch/layers.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "cases/conventions.h"

namespace lockstep::pytorch {
namespace {

/// [rows, columns] as [columns, rows], with the blocks of `units` rows in Keras' order.
std::vector<float> transposed(const Tensor& tensor, std::int64_t units, std::span<const std::size_t> blocks) {
  const auto rows = static_cast<std::size_t>(tensor.dims[0]), size = static_cast<std::size_t>(units);
  const auto columns = static_cast<std::size_t>(tensor.dims[1]);
  std::vector<float> kernel(rows * columns);
  for (std::size_t block = 0; block < blocks.size(); ++block)
    for (std::size_t unit = 0; unit < size; ++unit)
      for (std::size_t column = 0; column < columns; ++column)
        kernel[column * rows + blocks[block] * size + unit] =
            tensor.values[(block * size + unit) * columns + column];
  return kernel;
}

/// The blocks of a bias in Keras' order.
std::vector<float> reordered(const Tensor& tensor, std::int64_t units, std::span<const std::size_t> blocks) {
  return transposed({{tensor.dims[0], 1}, tensor.dtype, tensor.values}, units, blocks);
}

class Builder {
 public:
  Builder(const std::vector<Module>& modules, const Tensors& tensors, const std::string& name)
      : modules_(modules), tensors_(tensors) {
    model_.name = name;
    model_.sequential = true;
    for (const Module& module : modules) names_.insert(module.name);
  }

  ModelSpec build(const std::vector<Planned>& plan) {
    for (const Planned& step : plan)
      if (step.module) {
        model_.nodes.push_back(
            {unique("input_layer"), InputSpec{std::nullopt, modules_[*step.module].features}, {}, {}});
        break;
      }
    last_ = model_.nodes.back().name;
    for (const Planned& step : plan) add(step);
    model_.outputs = {last_};
    return std::move(model_);
  }

 private:
  void add(const Planned& step) {
    if (!step.module)
      add_activation(step.activation);
    else if (modules_[*step.module].is_linear)
      add_linear(modules_[*step.module], step.activation);
    else
      add_recurrent(modules_[*step.module], step);
  }

  void add_node(const std::string& name, NodeKind kind, Weights weights = {}) {
    model_.nodes.push_back({name, std::move(kind), {last_}, std::move(weights)});
    last_ = name;
  }

  void add_activation(Activation activation) { add_node(unique("activation"), ActivationSpec{activation}); }

  /// A name that is no module's: this, or with a number behind it.
  std::string unique(const std::string& base) {
    int& number = numbers_[base];
    std::string name = base;
    while (!names_.insert(name).second) name = fmt::format("{}_{}", base, ++number);
    return name;
  }

  const Tensor& tensor(const Module& module, const std::string& part) const {
    return tensors_.at(tensor_name(module, part));
  }

  void add_linear(const Module& module, Activation activation) {
    constexpr std::size_t only_block = 0;
    Weights weights;
    weights.kernel = transposed(tensor(module, "weight"), module.units, std::span(&only_block, 1));
    if (module.has_bias) weights.bias = tensor(module, "bias").values;
    DenseSpec spec;
    spec.units = module.units;
    spec.activation = activation;
    spec.use_bias = module.has_bias;
    add_node(module.name.empty() ? unique("linear") : module.name, spec, std::move(weights));
  }

  Weights recurrent_weights(const Module& module, const std::string& suffix) const {
    const auto blocks = pytorch_blocks(module.cell);
    Weights weights;
    weights.kernel = transposed(tensor(module, "weight_ih" + suffix), module.units, blocks);
    weights.recurrent_kernel = transposed(tensor(module, "weight_hh" + suffix), module.units, blocks);
    if (!module.has_bias) return weights;
    weights.bias = reordered(tensor(module, "bias_ih" + suffix), module.units, blocks);
    const auto recurrent = reordered(tensor(module, "bias_hh" + suffix), module.units, blocks);
    if (module.cell == Cell::gru)  // a row each, as of h the second stands within the product with the reset
      weights.bias.insert(weights.bias.end(), recurrent.begin(), recurrent.end());
    else
      for (std::size_t i = 0; i < recurrent.size(); ++i) weights.bias[i] += recurrent[i];
    if (!std::ranges::all_of(weights.bias, [](float x) { return std::isfinite(x); }))
      throw std::invalid_argument(
          fmt::format("tensor {}: its sum with the other bias is infinite: accepted are finite ones",
                      in_quotes(tensor_name(module, "bias_ih" + suffix))));
    return weights;
  }

  void add_recurrent(const Module& module, const Planned& step) {
    RecurrentSpec spec;
    spec.cell = module.cell;
    spec.units = module.units;
    if (module.cell == Cell::simple_rnn) spec.activation = step.activation;
    spec.use_bias = module.has_bias;
    const bool is_named = !module.name.empty();
    const std::string base = is_named ? module.name : std::string(to_string(module.cell));
    for (std::int64_t layer = 0; layer < module.layers; ++layer) {
      spec.return_sequences = step.return_sequences || layer + 1 < module.layers;
      const std::string name = module.layers > 1 ? unique(base + suffix_of(module, layer, false))
                               : is_named        ? base
                                                 : unique(base);
      if (module.bidirectional)
        add_bidirectional(module, name, spec, layer);
      else
        add_node(name, spec, recurrent_weights(module, suffix_of(module, layer, false)));
    }
  }

  /// The nodes of Keras' Bidirectional(merge_mode="concat"), which returns what PyTorch's does.
  void add_bidirectional(const Module& module, const std::string& name, RecurrentSpec spec,
                         std::int64_t layer) {
    const std::string input = last_, forward = unique(name + "/forward_layer"),
                      backward = unique(name + "/backward_layer");
    add_node(forward, spec, recurrent_weights(module, suffix_of(module, layer, false)));
    last_ = input;
    spec.go_backwards = true;
    add_node(backward, spec, recurrent_weights(module, suffix_of(module, layer, true)));
    if (spec.return_sequences) add_node(unique(name + "/backward_reversed"), ReverseSpec{});
    model_.nodes.push_back({name, MergeSpec{Merge::concat}, {forward, last_}, {}});
    model_.nested.push_back({name, "Bidirectional", {name}});
    last_ = name;
  }

  const std::vector<Module>& modules_;
  const Tensors& tensors_;
  ModelSpec model_;
  std::string last_;
  std::set<std::string> names_;         // of the modules, and of the layers that were named here
  std::map<std::string, int> numbers_;  // the last behind each
};

}  // namespace

ModelSpec to_model(const std::vector<Planned>& plan, const std::vector<Module>& modules,
                   const Tensors& tensors, const std::string& name) {
  return Builder(modules, tensors, name).build(plan);
}

}  // namespace lockstep::pytorch
