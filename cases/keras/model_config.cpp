#include "cases/keras/model_config.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "cases/keras/bidirectional.h"
#include "cases/keras/calls.h"
#include "cases/keras/inbound.h"
#include "cases/keras/inner_inputs.h"
#include "cases/keras/layer_json.h"
#include "cases/keras/mask_graph.h"
#include "cases/keras/recurrent_config.h"
#include "cases/keras/state_names.h"
#include "cases/keras/tensor_names.h"

namespace lockstep::keras {
namespace {

Reads reads_of(const Json& layer) {
  if (is_functional(layer)) return Reads::of_model;
  if (takes_several(layer)) return Reads::several;
  return takes_states(layer) ? Reads::one_and_states : Reads::one;
}

/// Adds the layers of a model, and of the models in it, to one ModelSpec.
class Reader {
 public:
  Reader(ModelConfig& to, Remarks& remarks) : to_(to), remarks_(remarks) {}

  void read(const Json& json) {
    Fields wrapper(json, "the model");
    wrapper.ignore({"build_config", "compile_config", "keras_version", "backend"});
    if (!is_sequential(json) && !is_functional(json))
      wrapper.refuse("class_name", "Sequential and Functional: a model of Keras' own layers");
    to_.model.sequential = is_sequential(json);
    const auto outputs = read_model(wrapper, {}, {}, {});
    wrapper.finish();
    for (const std::string& output : outputs) to_.model.outputs.push_back(output);
    std::set<std::string> read;
    const auto resolve = [&](std::vector<std::string>& names) {
      for (std::string& name : names) read.insert(name = names_.resolved(name));
    };
    for (Node& node : to_.model.nodes) {
      names_.check_own(node.name);
      resolve(node.inputs);
    }
    resolve(to_.model.outputs);
    for (NestedModel& one : to_.model.nested) resolve(one.outputs);
    states_.add_nodes(read, to_.model);
    for (const MaskCall& call : mask_calls_) to_.masks.push_back(mask_given(call));
    for (InnerInput& input : inner_inputs_) input.reads = names_.resolved(input.reads);
    check_inner_inputs(to_.model, inner_inputs_);
  }

 private:
  /// How many layers of each class there were in a model.
  struct Counts {
    std::map<std::string, std::size_t> all, with_weights;
  };

  /// The layers of a model whose name has this prefix, and which reads `given` where it is in another one.
  /// Gives its outputs.
  std::vector<std::string> read_model(Fields& wrapper, const std::string& prefix,
                                      const std::vector<std::string>& given,
                                      const std::vector<GroupStep>& path) {
    const std::string class_name = take_class(wrapper);
    const std::string where = prefix.empty() ? "the model" : wrapper.where();
    Fields config(wrapper.need("config"), where);
    const std::string name = config.text("name");
    if (prefix.empty()) to_.model.name = checked_name(name, where);
    const bool trainable = take_common(config, remarks_);
    const std::size_t before = to_.model.nodes.size();
    const Json& layers = config.need("layers");
    if (!layers.is_array() || layers.empty()) config.refuse("layers", "a list of one layer or more");
    std::vector<std::string> outputs;
    if (class_name == "Sequential") {
      const Json& shape = config.take("build_input_shape");
      outputs = read_chain(config, layers, shape, prefix, given, path);
      if (!prefix.empty() && outputs.size() != 1)
        config.refuse("layers", "one output of a model within a model");
    } else {
      const std::vector<std::string> inputs = take_inputs(config, layers, prefix);
      if (!prefix.empty() && inputs.size() != given.size())
        config.refuse("input_layers", fmt::format("{}, as many as it is called with", given.size()));
      for (std::size_t i = 0; i < given.size(); ++i) names_.read_as(inputs[i], given[i]);
      if (prefix.empty()) to_.model.inputs = inputs;
      const Calls calls(layers, remarks_.keras_major);
      read_graph(layers, calls, prefix, path);
      for (const TensorRead& output : take_tensors(config, "output_layers"))
        outputs.push_back(named(output, calls, prefix));
    }
    config.finish();
    if (!trainable)  // nor is a layer in it, whatever it says
      for (std::size_t i = before; i < to_.model.nodes.size(); ++i) to_.model.nodes[i].trainable = false;
    return outputs;
  }

  std::vector<std::string> read_chain(const Fields& config, const Json& layers, const Json& build_shape,
                                      const std::string& prefix, const std::vector<std::string>& given,
                                      const std::vector<GroupStep>& path) {
    Counts counts;
    std::vector<std::string> last = given;
    for (const Json& json : layers) {
      Fields wrapper(json, where_of(json, prefix));
      const std::string name = prefix + name_of(json);
      wrapper.ignore({"name"});
      wrapper.only_off("inbound_nodes", "none in a Sequential");
      if (last.empty() && class_of(json) != "InputLayer") last = {add_input(config, layers, build_shape)};
      if (last.size() > 1)
        throw std::invalid_argument(
            fmt::format("{}: reads the {} tensors of the layer before it: accepted in a Sequential is one",
                        wrapper.where(), last.size()));
      if (&json == &layers.back() && returns_states(json))  // which would be outputs, too
        wrapper.refuse("return_state", "false in the last layer of a Sequential");
      last = read_any(wrapper, json, name, last, path, counts);
      wrapper.finish();
    }
    return last;
  }

  /// The Inputs of a Functional in the order in which it is called.
  static std::vector<std::string> take_inputs(Fields& config, const Json& layers, const std::string& prefix) {
    std::vector<std::string> inputs;
    for (const TensorRead& input : take_tensors(config, "input_layers"))
      inputs.push_back(prefix + input.layer);
    const auto is_input = [](const Json& layer) {
      return layer.is_object() && class_of(layer) == "InputLayer";
    };
    const auto count = std::count_if(layers.begin(), layers.end(), is_input);
    if (std::set(inputs.begin(), inputs.end()).size() != inputs.size() ||
        !std::cmp_equal(count, inputs.size()))
      config.refuse("input_layers", "each InputLayer once");
    return inputs;
  }

  void read_graph(const Json& layers, const Calls& calls, const std::string& prefix,
                  const std::vector<GroupStep>& path) {
    Counts counts;
    for (const Json& json : layers) {
      Fields wrapper(json, where_of(json, prefix));
      const std::string name = prefix + name_of(json);
      if (const Json& beside = wrapper.take("name"); !beside.is_null() && beside != Json(name_of(json)))
        wrapper.refuse("name", in_quotes(name_of(json)) + ", its name in its config");
      if (MaskGraph::has(json)) {
        count_layer();
        masks_.add(name, wrapper, [&](const TensorRead& tensor) { return named(tensor, calls, prefix); });
        wrapper.finish();
        continue;
      }
      check_class(class_of(json), wrapper.where());
      const auto inbound = take_inbound(wrapper, reads_of(json), input_keys(json));
      if (inbound.empty() != (class_of(json) == "InputLayer"))
        wrapper.refuse("inbound_nodes", inbound.empty() ? "a call of the layer" : "none of an InputLayer");
      if (inbound.size() > 1 && !remarks_.counts_calls)
        wrapper.refuse("inbound_nodes", "one call of each layer by Keras 3.2, which saves call 0 for any");
      if (inbound.empty()) read_any(wrapper, json, name, {}, path, counts);
      const Range first{to_.model.nodes.size(), to_.model.nested.size()};
      for (std::size_t call = 0; call < inbound.size(); ++call) {
        const auto& [tensors, states, masks] = inbound[call];
        const std::string called = call_name(name, call);
        std::vector<std::string> reads;
        for (const TensorRead& tensor : tensors) reads.push_back(named(tensor, calls, prefix));
        for (std::size_t i = 0; i < masks.size(); ++i)
          if (masks[i]) mask_calls_.push_back({called, reads.at(i), named(*masks[i], calls, prefix)});
        const std::size_t node = to_.model.nodes.size();
        if (call == 0)
          read_any(wrapper, json, called, reads, path, counts);
        else
          read_again(wrapper, json, called, reads, path, counts, first);
        std::vector<std::string> starts;
        for (const TensorRead& state : states) starts.push_back(named(state, calls, prefix));
        if (!starts.empty()) give_states(wrapper, starts, to_.model, node);
      }
      if (inbound.size() > 1) check_shared(wrapper, to_.model, first.node, inbound.size(), remarks_);
      wrapper.finish();
    }
  }

  /// Where what a layer is made of begins among the model's nodes, and those made of layers.
  struct Range {
    std::size_t node, nested;
  };
  /// A further call of a layer whose first is at `first`: the same nodes, with its weights.
  void read_again(Fields& wrapper, const Json& json, const std::string& name,
                  const std::vector<std::string>& reads, const std::vector<GroupStep>& path, Counts counts,
                  const Range& first) {
    const Remarks said = remarks_;
    const std::size_t places = to_.places.size(), node = to_.model.nodes.size(),
                      nested = to_.model.nested.size();
    read_any(wrapper, json, name, reads, path, counts);
    remarks_ = said;
    to_.places.resize(places);
    mark_call(to_.model.nodes, node, first.node);
    mark_call(to_.model.nested, nested, first.nested);
  }

  /// A layer or a model; gives the names of what it returns. `reads`: nothing, where it is an Input.
  std::vector<std::string> read_any(Fields& wrapper, const Json& json, const std::string& name,
                                    const std::vector<std::string>& reads, const std::vector<GroupStep>& path,
                                    Counts& counts) {
    wrapper.ignore({"build_config"});
    count_layer();
    const std::string filed = snake_case(class_of(json));
    std::vector<GroupStep> steps = path;
    steps.push_back({filed, counts.all[filed], counts.with_weights[filed]});
    ++counts.all[filed];
    const std::size_t places = to_.places.size(), node = to_.model.nodes.size();
    std::vector<std::string> outputs{name};
    if (is_sequential(json) || is_functional(json)) {
      wrapper.ignore({"compile_config"});
      const std::size_t nested = to_.model.nested.size();
      to_.model.nested.push_back({name, class_of(json), {}});
      outputs = read_model(wrapper, name + "/", reads, steps);
      to_.model.nested[nested].outputs = outputs;
      for (std::size_t i = 0; i < outputs.size(); ++i) names_.read_as(TensorNames::of(name, i), outputs[i]);
    } else if (is_stacked_rnn(json)) {
      const std::string last =
          add_recurrent(read_stacked_rnn(wrapper, remarks_), name, reads.at(0), steps, "", name);
      to_.model.nested.push_back({name, "RNN", {last}});
      names_.read_as(name, last);
    } else if (class_of(json) == "Bidirectional") {
      outputs = add_bidirectional(wrapper, name, reads.at(0), steps);
    } else {
      add_layer(wrapper, name, reads, std::move(steps));
    }
    if (!is_sequential(json) && !is_functional(json))
      states_.name(to_.model, node, name, outputs.size(), names_);
    if (to_.places.size() > places) ++counts.with_weights[filed];
    return outputs;
  }

  void add_layer(Fields& wrapper, const std::string& name, const std::vector<std::string>& reads,
                 std::vector<GroupStep> steps) {
    LayerConfig layer = read_layer(wrapper, remarks_);
    if (const auto* input = std::get_if<InputSpec>(&layer.kind)) {
      if (!reads.empty())
        names_.read_as(name, reads.front());  // of a Sequential in a model: what that is called with
      if (names_.is_read_as_another(name)) {
        inner_inputs_.push_back({name, *input, name});
        return;
      }
    }
    add_node(layer, name, reads, std::move(steps), name);
  }

  /// `filed_as`: its name in a legacy .h5.
  void add_node(const LayerConfig& layer, const std::string& name, const std::vector<std::string>& reads,
                std::vector<GroupStep> steps, const std::string& filed_as) {
    if (!layer.weights_path.empty())
      to_.places.push_back({to_.model.nodes.size(), std::move(steps), layer.weights_path, filed_as});
    to_.model.nodes.push_back(
        {name, layer.kind, reads, {}, layer.class_name, layer.trainable, layer.stateful, layer.return_state});
  }

  /// A layer of this name, or one for each cell, "name/cell_0" and so on; gives the name of the last.
  /// `filed_in` and `filed_as`: where its weights are below its group, and its name in a legacy .h5.
  std::string add_recurrent(RecurrentStack stack, const std::string& name, std::string reads,
                            const std::vector<GroupStep>& steps, const char* filed_in,
                            const std::string& filed_as) {
    for (LayerConfig& layer : stack.layers) layer.weights_path.insert(0, filed_in);
    if (stack.cells.empty()) {
      add_node(stack.layers.front(), name, {reads}, steps, filed_as);
      return name;
    }
    for (std::size_t i = 0; i < stack.layers.size(); ++i) {
      const std::string cell = fmt::format("{}/cell_{}", name, i);
      count_layer();
      add_node(stack.layers[i], cell, {reads}, steps, fmt::format("{}/{}", filed_as, stack.cells[i]));
      const bool goes_backwards = std::get<RecurrentSpec>(stack.layers[i].kind).go_backwards;
      reads = goes_backwards && i + 1 < stack.layers.size() ? add_reversed(cell, cell + "_reversed") : cell;
    }
    return reads;
  }

  std::string add_reversed(const std::string& reads, std::string name) {
    to_.model.nodes.push_back({name, ReverseSpec{}, {reads}, {}});
    return name;
  }

  /// Two layers, "name/forward_layer" and "name/backward_layer", and "name", which merges what they return.
  std::vector<std::string> add_bidirectional(Fields& wrapper, const std::string& name,
                                             const std::string& input, const std::vector<GroupStep>& steps) {
    BidirectionalConfig pair = read_bidirectional(wrapper, remarks_);
    const std::string forward = name + "/forward_layer", backward = name + "/backward_layer";
    const std::string first = add_recurrent(pair.forward, forward, input, steps, "forward_layer/",
                                            fmt::format("{}/{}", name, pair.forward_name));
    std::string second = add_recurrent(pair.backward, backward, input, steps, "backward_layer/",
                                       fmt::format("{}/{}", name, pair.backward_name));
    if (pair.return_sequences) second = add_reversed(second, name + "/backward_reversed");
    std::vector<std::string> outputs{name};
    if (pair.merge) {
      to_.model.nodes.push_back({name, MergeSpec{*pair.merge}, {first, second}, {}});
    } else {
      names_.read_as(name, first);
      outputs.push_back(TensorNames::of(name, 1));
      names_.read_as(outputs.back(), second);
    }
    to_.model.nested.push_back({name, "Bidirectional", outputs});
    return outputs;
  }

  /// The Input that a Sequential doesn't list, where its first layer or itself says what shape it takes.
  std::string add_input(const Fields& config, const Json& layers, const Json& build_shape) {
    const Json& first = layers.front().at("config");
    const auto own = first.find("batch_input_shape");
    if (own == first.end() && build_shape.is_null())
      config.refuse(
          "build_input_shape",
          "[null, time_steps or null, features] or [null, features]: build the model before it is saved");
    const Json& shape = own == first.end() ? build_shape : *own;
    const char* name = "input_layer";
    to_.model.nodes.push_back({name, input_shape(config, "build_input_shape", shape), {}, {}, "InputLayer"});
    return name;
  }

  static std::string where_of(const Json& json, const std::string& prefix) {
    return fmt::format("layer \"{}{}\"", prefix, name_of(json));
  }

  std::string named(const TensorRead& tensor, const Calls& calls, const std::string& prefix) {
    std::string name =
        TensorNames::of(call_name(prefix + tensor.layer, calls.index_of(tensor)), tensor.number);
    if (tensor.number > 0) names_.refuse(name, tensor.refusal);
    return name;
  }

  struct MaskCall {
    std::string layer, reads, mask;
  };
  MaskGiven mask_given(const MaskCall& call) const {
    const StepMask mask = masks_.mask_of(call.mask, call.layer);
    return {call.layer, names_.resolved(call.reads), names_.resolved(mask.of), mask.value};
  }

  void count_layer() {
    if (++layers_ > most_layers)
      throw std::invalid_argument(
          fmt::format("the model has more than {} layers: accepted are no more", most_layers));
  }

  static constexpr std::size_t most_layers = 2'000;
  ModelConfig& to_;
  Remarks& remarks_;
  TensorNames names_;
  StateNames states_;
  MaskGraph masks_;
  std::vector<MaskCall> mask_calls_;
  std::vector<InnerInput> inner_inputs_;
  std::size_t layers_ = 0;
};

}  // namespace

ModelConfig read_model_config(const Json& config, Remarks& remarks) {
  ModelConfig made;
  Reader(made, remarks).read(config);
  return made;
}

}  // namespace lockstep::keras
