#include "cases/keras/inbound.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cases/keras/limits.h"

namespace lockstep::keras {
namespace {

/// Whether it is [layer, node, tensor].
bool is_reference(const Json& json) {
  return json.is_array() && json.size() >= 3 && json[0].is_string();
}

TensorRead read_reference(const Fields& fields, std::string_view key, const Json& json) {
  if (!json[1].is_number_unsigned()) fields.refuse(key, "a call of a layer, as in [\"lstm\", 0, 0]");
  constexpr std::string_view accepted =
      "a tensor that the layer returns: the first, both of a Bidirectional that merges none, each output of "
      "a "
      "model, and where return_state is true, the states";
  if (!json[2].is_number_unsigned()) fields.refuse(key, accepted);
  TensorRead read{json[0].get<std::string>(), json[1].get<std::size_t>(), json[2].get<std::size_t>()};
  if (read.number > 0) read.refusal = fields.refusal(key, accepted);
  return read;
}

bool is_tensor(const Json& json) {
  return json.is_object() && json.value("class_name", Json()) == Json("__keras_tensor__");
}

/// A tensor of Keras 3.
TensorRead read_tensor(Fields& wrapper, std::string_view key, const Json& tensor) {
  if (!is_tensor(tensor)) wrapper.refuse(key, "tensors that layers return");
  Fields tensor_fields(tensor, wrapper.where() + ": its call's tensor");
  tensor_fields.ignore({"class_name"});
  Fields config(tensor_fields.need("config"), tensor_fields.where());
  tensor_fields.finish();
  config.ignore({"shape", "dtype", "sparse", "ragged"});  // of what the layer that it names returns
  const Json& history = config.need("keras_history");
  config.finish();
  if (!is_reference(history) || history.size() != 3) config.refuse("keras_history", "[\"layer\", 0, 0]");
  TensorRead read = read_reference(wrapper, key, history);
  read.is_reference = false;
  return read;
}

/// What each of many tensors costs, in a gradient by all others, must have an end.
void check_count(Fields& wrapper, std::string_view key, const Json& tensors) {
  if (tensors.size() > most_read) wrapper.refuse(key, fmt::format("up to {} tensors", most_read));
}

/// Of Keras 2, with the keywords of the call.
TensorRead read_old_tensor(Fields& wrapper, std::string_view key, const Json& reference) {
  if (reference.size() > 4) wrapper.refuse(key, "tensors that layers return");
  if (reference.size() == 4) {
    Fields keywords(reference[3], wrapper.where() + ": its call");
    for (const char* off : {"training", "mask", "initial_state", "constants"}) keywords.only_off(off, "null");
    keywords.finish();
  }
  return read_reference(wrapper, key, reference);
}

/// One state or a list of such, which may hold lists: the states of each of several cells.
void add_states(Fields& wrapper, std::string_view key, const Json& json, std::vector<TensorRead>& states) {
  if (json.is_null()) return;
  if (json.is_array() && json.empty()) wrapper.refuse(key, "initial states that layers return");
  if (json.is_object() || is_reference(json)) {
    states.push_back(json.is_object() ? read_tensor(wrapper, key, json)
                                      : read_old_tensor(wrapper, key, json));
  } else if (json.is_array()) {
    for (const Json& one : json) add_states(wrapper, key, one, states);
  } else {
    wrapper.refuse(key, "initial states that layers return");
  }
  if (states.size() > most_read) wrapper.refuse(key, fmt::format("up to {} tensors", most_read));
}

/// What a dict holds for each input of a model, in their order.
Json in_order(const Fields& fields, std::string_view key, const Json& dict,
              const std::vector<std::string>& keys) {
  Json values = Json::array();
  for (const std::string& one : keys)
    if (const auto value = dict.find(one); value != dict.end()) values.push_back(*value);
  if (values.size() != keys.size() || values.size() != dict.size())
    fields.refuse(key, fmt::format("a dict of the inputs of the model: {}", shown(Json(keys))));
  return values;
}

/// The argument of a call, and what goes with it, as lists.
class Argument {
 public:
  Argument(const Fields& call, const Json& argument, Reads reads, const std::vector<std::string>& keys)
      : call_(call),
        keys_(keys),
        is_dict_(reads == Reads::of_model && argument.is_object() && !is_tensor(argument)),
        tensors_(listed("args", argument)) {}

  const Json& tensors() const { return tensors_; }
  /// Keras 3 takes the masks in a dict in the order of the keys, be the inputs in that or not
  /// (Functional.call in keras/src/models/functional.py).
  Json masks(const Json& mask) const {
    Json all = listed("mask", mask);
    const auto is_given = [](const Json& one) { return !one.is_null(); };
    if (is_dict_ && !std::is_sorted(keys_.begin(), keys_.end()) &&
        std::any_of(all.begin(), all.end(), is_given))
      call_.refuse("mask", "none where a dict names the inputs of a model that are a list in another order");
    return all;
  }

 private:
  Json listed(std::string_view name, const Json& given) const {
    if (given.is_array()) return given;
    return is_dict_ && given.is_object() ? in_order(call_, name, given, keys_) : Json::array({given});
  }

  const Fields& call_;
  const std::vector<std::string>& keys_;
  bool is_dict_;
  Json tensors_;
};

/// Of Keras 3: {"args": [tensor], "kwargs": {...}}; of a merge {"args": [[tensor, tensor]], ...}, of a model
/// either, or {"args": [{"x": tensor}], ...}.
Inbound read_call(Fields& wrapper, std::string_view key, const Json& call, Reads reads,
                  const std::vector<std::string>& keys) {
  Fields fields(call, wrapper.where() + ": its call");
  const Json& arguments = fields.need("args");
  const bool is_list = reads == Reads::several, takes_states = reads == Reads::one_and_states;
  if (!arguments.is_array() || arguments.empty() || arguments.size() > (takes_states ? 2 : 1) ||
      (arguments[0].is_array() != is_list && reads != Reads::of_model))
    fields.refuse("args", is_list                    ? "a list of tensors"
                          : takes_states             ? "one tensor, or one and the initial states"
                          : reads == Reads::of_model ? "one tensor, or a list or a dict of them"
                                                     : "one tensor");
  Inbound inbound;
  const Argument argument(fields, arguments[0], reads, keys);
  check_count(wrapper, key, argument.tensors());
  for (const Json& tensor : argument.tensors()) inbound.reads.push_back(read_tensor(wrapper, key, tensor));
  if (arguments.size() > 1) add_states(wrapper, key, arguments[1], inbound.states);
  const Json& given = fields.take("kwargs");
  if (!given.is_null()) {
    Fields keywords(given, fields.where());
    keywords.only_off("training", "null");
    if (takes_states && arguments.size() == 1)
      add_states(wrapper, key, keywords.take("initial_state"), inbound.states);
    else
      keywords.only_off("initial_state", "null");
    const Json masks = argument.masks(keywords.take("mask"));
    if (masks.size() > std::max<std::size_t>(inbound.reads.size(), 1))
      wrapper.refuse(key, "a mask of each tensor that the layer is called with");
    for (const Json& one : masks)
      inbound.masks.push_back(one.is_null() ? std::nullopt
                                            : std::optional(read_first_tensor(wrapper, key, one)));
    keywords.finish();
  }
  fields.finish();
  return inbound;
}

/// Of Keras 2: [["lstm", 0, 0, {}]], of a merge with several; of a recurrent layer with its initial states
/// behind it, those of each of several cells in a list of their own.
Inbound read_old_call(Fields& wrapper, std::string_view key, const Json& call, Reads reads) {
  const bool takes_states = reads == Reads::one_and_states;
  if (reads == Reads::one && call.size() != 1) wrapper.refuse(key, "one tensor");
  check_count(wrapper, key, call);
  Inbound inbound;
  for (const Json& reference : call) {
    if (takes_states && !inbound.reads.empty()) {
      add_states(wrapper, key, reference, inbound.states);
      continue;
    }
    if (!is_reference(reference)) wrapper.refuse(key, "tensors that layers return");
    inbound.reads.push_back(read_old_tensor(wrapper, key, reference));
  }
  return inbound;
}

/// Of Keras 2: {"x": ["lstm", 0, 0, {}]}.
bool is_old_dict(const Json& node) {
  return node.is_object() && !node.empty() && std::all_of(node.begin(), node.end(), is_reference);
}

}  // namespace

TensorRead read_first_tensor(Fields& wrapper, std::string_view key, const Json& tensor) {
  TensorRead read = read_tensor(wrapper, key, tensor);
  if (read.number > 0) wrapper.refuse(key, "the first tensor that a layer returns");
  return read;
}

std::vector<Inbound> take_inbound(Fields& wrapper, Reads reads, const std::vector<std::string>& keys) {
  constexpr std::string_view key = "inbound_nodes";
  const Json& nodes = wrapper.need(key);
  if (!nodes.is_array()) wrapper.refuse(key, "a list of the layer's calls");
  std::vector<Inbound> calls;
  for (const Json& node : nodes) {
    if (!node.is_object() && !node.is_array()) wrapper.refuse(key, "a list of the layer's calls");
    if (reads == Reads::of_model && is_old_dict(node))
      calls.push_back(read_old_call(wrapper, key, in_order(wrapper, key, node, keys), reads));
    else
      calls.push_back(node.is_object() ? read_call(wrapper, key, node, reads, keys)
                                       : read_old_call(wrapper, key, node, reads));
    if (calls.back().reads.empty()) wrapper.refuse(key, "calls of the layer with a tensor");
  }
  return calls;
}

std::vector<TensorRead> take_tensors(Fields& config, std::string_view key) {
  const Json& json = config.need(key);
  const char* accepted = "a list of layers, as in [[\"dense\", 0, 0]], or an object of such";
  if (is_reference(json)) return {read_reference(config, key, json)};
  if (!json.is_array() && !json.is_object()) config.refuse(key, accepted);
  std::vector<TensorRead> tensors;
  for (const Json& one : json) {
    if (!is_reference(one)) config.refuse(key, accepted);
    tensors.push_back(read_reference(config, key, one));
  }
  return tensors;
}

}  // namespace lockstep::keras
