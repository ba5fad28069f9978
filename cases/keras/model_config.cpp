#include "cases/keras/model_config.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "cases/keras/inbound.h"

namespace lockstep::keras {
namespace {

constexpr std::string_view sequential = "Sequential", functional = "Functional";

bool is_model(const Json& wrapper) {
  const auto name = wrapper.is_object() ? wrapper.find("class_name") : wrapper.end();
  return name != wrapper.end() && (*name == Json(sequential) || *name == Json(functional));
}

/// Adds the layers of a model, and of the models in it, to one ModelSpec.
class Reader {
 public:
  Reader(ModelConfig& to, Remarks& remarks) : to_(to), remarks_(remarks) {}

  void read(const Json& json) {
    Fields wrapper(json, "the model");
    wrapper.ignore({"build_config", "compile_config", "keras_version", "backend"});
    if (!is_model(json))
      wrapper.refuse("class_name", "Sequential and Functional: a model of Keras' own layers");
    to_.model.sequential = json.at("class_name") == Json(sequential);
    const auto outputs = read_model(wrapper, {}, "", {});
    wrapper.finish();
    for (const std::string& output : outputs) to_.model.outputs.push_back(output);
    for (Node& node : to_.model.nodes) {
      if (aliases_.contains(node.name)) refuse_twice(node.name);
      for (std::string& input : node.inputs) input = resolved(input);
    }
    for (std::string& output : to_.model.outputs) output = resolved(output);
    for (NestedModel& one : to_.model.nested) one.output = resolved(one.output);
    for (const MaskCall& call : mask_calls_) to_.masks.push_back(mask_given(call));
  }

 private:
  /// The layers of a model whose name has this prefix, and which reads `input` where it is in another one.
  /// Gives its outputs.
  std::vector<std::string> read_model(Fields& wrapper, const std::string& prefix, const std::string& input,
                                      const std::vector<GroupStep>& path) {
    const std::string class_name = take_class(wrapper);
    const std::string where = prefix.empty() ? "the model" : wrapper.where();
    Fields config(wrapper.need("config"), where);
    const std::string name = config.text("name");
    if (prefix.empty()) to_.model.name = checked_name(name, where);
    take_common(config, remarks_);
    const Json& layers = config.need("layers");
    if (!layers.is_array() || layers.empty()) config.refuse("layers", "a list of one layer or more");
    std::vector<std::string> outputs;
    if (class_name == sequential) {
      const Json& shape = config.take("build_input_shape");
      outputs.push_back(read_chain(config, layers, shape, prefix, input, path));
    } else {
      read_graph(layers, prefix, input, path);
      if (take_layer_names(config, "input_layers").size() != 1) config.refuse("input_layers", "one input");
      for (const std::string& output : take_layer_names(config, "output_layers"))
        outputs.push_back(prefix + output);
      if (!prefix.empty() && outputs.size() != 1)
        config.refuse("output_layers", "one output of a model within a model");
    }
    config.finish();
    return outputs;
  }

  std::string read_chain(const Fields& config, const Json& layers, const Json& build_shape,
                         const std::string& prefix, const std::string& input,
                         const std::vector<GroupStep>& path) {
    Counts counts;
    std::string last = input;
    for (const Json& json : layers) {
      Fields wrapper(json, where_of(json, prefix));
      const std::string name = prefix + name_of(json);
      wrapper.ignore({"name"});
      wrapper.only_off("inbound_nodes", "none in a Sequential");
      if (last.empty() && class_of(json) != "InputLayer") last = add_input(config, layers, build_shape);
      last = read_any(wrapper, json, name, last, path, counts);
      wrapper.finish();
    }
    return last;
  }

  void read_graph(const Json& layers, const std::string& prefix, const std::string& input,
                  const std::vector<GroupStep>& path) {
    Counts counts;
    for (const Json& json : layers) {
      Fields wrapper(json, where_of(json, prefix));
      const std::string name = prefix + name_of(json);
      if (const Json& beside = wrapper.take("name"); !beside.is_null() && beside != Json(name_of(json)))
        wrapper.refuse("name", in_quotes(name_of(json)) + ", its name in its config");
      if (is_mask_operation(json)) {
        MaskOperation operation = take_mask_operation(wrapper);
        wrapper.finish();
        operation.reads = prefix + operation.reads;
        if (!mask_operations_.emplace(name, std::move(operation)).second) refuse_twice(name);
        continue;
      }
      const auto [reads, mask] = take_inbound(wrapper);
      if (!mask.empty()) mask_calls_.push_back({name, prefix + reads, prefix + mask});
      if (reads.empty() != (class_of(json) == "InputLayer"))
        wrapper.refuse("inbound_nodes", reads.empty() ? "one call of the layer" : "none of an InputLayer");
      read_any(wrapper, json, name, reads.empty() ? input : prefix + reads, path, counts);
      wrapper.finish();
    }
  }

  /// How many layers of each class there were in a model.
  struct Counts {
    std::map<std::string, std::size_t> all, with_weights;
  };

  /// A layer or a model; gives the name of what it returns.
  std::string read_any(Fields& wrapper, const Json& json, const std::string& name, const std::string& input,
                       const std::vector<GroupStep>& path, Counts& counts) {
    wrapper.ignore({"build_config"});
    if (++layers_ > most_layers)
      throw std::invalid_argument(
          fmt::format("the model has more than {} layers: accepted are no more", most_layers));
    const std::string filed = snake_case(class_of(json));
    std::vector<GroupStep> steps = path;
    steps.push_back({filed, counts.all[filed], counts.with_weights[filed]});
    ++counts.all[filed];
    const std::size_t places = to_.places.size();
    std::string output = name;
    if (is_model(json)) {
      wrapper.ignore({"compile_config"});
      const std::size_t nested = to_.model.nested.size();
      to_.model.nested.push_back({name, class_of(json), ""});
      output = read_model(wrapper, name + "/", input, steps).front();
      to_.model.nested[nested].output = output;
      alias(name, output);
    } else {
      add_layer(wrapper, name, input, std::move(steps));
    }
    if (to_.places.size() > places) ++counts.with_weights[filed];
    return output;
  }

  void add_layer(Fields& wrapper, const std::string& name, const std::string& input,
                 std::vector<GroupStep> steps) {
    LayerConfig layer = read_layer(wrapper, remarks_);
    if (std::holds_alternative<InputSpec>(layer.kind)) {
      if (!input.empty()) {  // of a model in a model: what that is called with
        alias(name, input);
        return;
      }
      to_.model.nodes.push_back({name, layer.kind, {}, {}, layer.class_name});
      return;
    }
    if (!layer.weights_path.empty())
      to_.places.push_back({to_.model.nodes.size(), std::move(steps), layer.weights_path});
    to_.model.nodes.push_back(
        {name, layer.kind, {input}, {}, layer.class_name, layer.trainable, layer.stateful});
  }

  /// The Input that a Sequential doesn't list, where its first layer or itself says what shape it takes.
  std::string add_input(const Fields& config, const Json& layers, const Json& build_shape) {
    const Json& first = layers.front().at("config");
    const auto own = first.find("batch_input_shape");
    if (own == first.end() && build_shape.is_null())
      config.refuse("build_input_shape",
                    "[null, time_steps or null, features]: build the model before it is saved");
    const Json& shape = own == first.end() ? build_shape : *own;
    const char* name = "input_layer";
    to_.model.nodes.push_back(
        {name, sequence_shape(config, "build_input_shape", shape), {}, {}, "InputLayer"});
    return name;
  }

  static std::string class_of(const Json& json) {
    const auto name = json.find("class_name");
    return name != json.end() && name->is_string() ? name->get<std::string>() : "";
  }
  static std::string checked_name(const std::string& name, const std::string& where) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
    constexpr std::size_t longest = 200;
    if (name.empty() || name.size() > longest || std::any_of(name.begin(), name.end(), is_control))
      throw std::invalid_argument(
          fmt::format("{}: its name is {}: accepted are 1 to {} bytes, none a control character", where,
                      in_quotes(name), longest));
    return name;
  }
  static std::string name_of(const Json& json) {
    if (!json.is_object())
      throw std::invalid_argument(fmt::format("layers: one is {}: accepted are objects", shown(json)));
    const auto config = json.find("config");
    if (config == json.end() || !config->is_object())
      throw std::invalid_argument(fmt::format("layers: one has no config: accepted is what Keras writes"));
    const auto name = config->find("name");
    if (name == config->end() || !name->is_string())
      throw std::invalid_argument(fmt::format("layers: one has no name: accepted is what Keras writes"));
    return checked_name(name->get<std::string>(), "layers");
  }
  static std::string where_of(const Json& json, const std::string& prefix) {
    return fmt::format("layer \"{}{}\"", prefix, name_of(json));
  }

  void alias(const std::string& name, const std::string& of) {
    if (!aliases_.emplace(name, of).second) refuse_twice(name);
  }
  [[noreturn]] static void refuse_twice(const std::string& name) {
    throw std::invalid_argument(
        fmt::format("layer \"{}\": the name is used twice: each layer takes its own", name));
  }
  std::string resolved(std::string name) const {
    for (std::size_t i = 0; i <= aliases_.size(); ++i) {
      const auto found = aliases_.find(name);
      if (found == aliases_.end()) return name;
      name = found->second;
    }
    throw std::invalid_argument(fmt::format(
        "layer \"{}\": reads from itself through a cycle: a model is a graph without cycles", name));
  }

  struct MaskCall {
    std::string layer, reads, mask;
  };
  /// The mask is Any of NotEqual of a layer and a value.
  MaskGiven mask_given(const MaskCall& call) const {
    const auto any = mask_operations_.find(call.mask);
    const auto not_equal = any == mask_operations_.end() || any->second.not_equal_to
                               ? mask_operations_.end()
                               : mask_operations_.find(any->second.reads);
    if (not_equal == mask_operations_.end() || !not_equal->second.not_equal_to)
      throw std::invalid_argument(
          fmt::format("layer \"{}\": its mask is what {} returns: accepted is the mask of a Masking",
                      call.layer, in_quotes(call.mask)));
    return {call.layer, resolved(call.reads), resolved(not_equal->second.reads),
            *not_equal->second.not_equal_to};
  }

  static constexpr std::size_t most_layers = 2'000;
  ModelConfig& to_;
  Remarks& remarks_;
  std::map<std::string, std::string> aliases_;  // what is read in place of a name
  std::map<std::string, MaskOperation> mask_operations_;
  std::vector<MaskCall> mask_calls_;
  std::size_t layers_ = 0;
};

}  // namespace

std::string snake_case(const std::string& class_name) {
  const auto is = [&](std::size_t i, int (*kind)(int)) {
    return i < class_name.size() && kind(static_cast<unsigned char>(class_name[i])) != 0;
  };
  std::string name;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const bool starts_word =
        is(i, std::isupper) && i > 0 && (is(i + 1, std::islower) || is(i - 1, std::islower));
    if (starts_word) name += '_';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(class_name[i])));
  }
  return name;
}

ModelConfig read_model_config(const Json& config, Remarks& remarks) {
  ModelConfig made;
  Reader(made, remarks).read(config);
  return made;
}

}  // namespace lockstep::keras
