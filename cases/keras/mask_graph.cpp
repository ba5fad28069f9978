#include "cases/keras/mask_graph.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "cases/keras/inbound.h"
#include "cases/keras/layer_json.h"
#include "cases/keras/limits.h"

namespace lockstep::keras {

const std::map<std::string, MaskGraph::Kind>& MaskGraph::kinds() {
  static const std::map<std::string, Kind> all{
      {"NotEqual", Kind::not_equal},     {"Any", Kind::any},
      {"LogicalOr", Kind::logical_or},   {"ExpandDims", Kind::expand_dims},
      {"ZerosLike", Kind::zeros_like},   {"OnesLike", Kind::ones_like},
      {"Concatenate", Kind::concatenate}};
  return all;
}

bool MaskGraph::has(const Json& layer) {
  if (!layer.is_object() || layer.value("module", Json()) != Json("keras.src.ops.numpy")) return false;
  return kinds().contains(class_of(layer));
}

void MaskGraph::add(const std::string& name, Fields& wrapper, const NameOf& name_of_tensor) {
  constexpr std::string_view key = "inbound_nodes";
  Operation operation;
  operation.kind = kinds().at(wrapper.text("class_name"));
  wrapper.ignore({"module", "registered_name", "name"});
  Fields config(wrapper.need("config"), wrapper.where());
  config.ignore({"name", "dtype"});
  const bool is_any = operation.kind == Kind::any;
  if (is_any || operation.kind == Kind::expand_dims || operation.kind == Kind::concatenate)
    if (const Json& axis = config.need("axis"); axis != Json(-1) && axis != Json::array({-1}))
      config.refuse("axis", "-1");
  if (is_any) config.only_off("keepdims", "false");
  config.finish();
  const Json& nodes = wrapper.need(key);
  if (!nodes.is_array() || nodes.size() != 1) wrapper.refuse(key, "one call");
  Fields call(nodes[0], wrapper.where() + ": its call");
  const Json& arguments = call.need("args");
  const bool is_list = operation.kind == Kind::concatenate, is_told = operation.kind == Kind::not_equal;
  const std::size_t count = is_told || operation.kind == Kind::logical_or ? 2 : 1;
  if (!arguments.is_array() || arguments.size() != count || arguments[0].is_array() != is_list ||
      (is_told && !arguments[1].is_number()) || (is_list && arguments[0].size() > most_read))
    call.refuse("args", is_list      ? fmt::format("a list of up to {} tensors", most_read)
                        : is_told    ? "a tensor and a number"
                        : count == 2 ? "two tensors"
                                     : "one tensor");
  if (const Json& keywords = call.take("kwargs"); !keywords.is_null() && !keywords.empty())
    call.refuse("kwargs", "none");
  call.finish();
  for (const Json& tensor : is_list ? arguments[0] : arguments)
    if (!is_told || operation.reads.empty())
      operation.reads.push_back(name_of_tensor(read_first_tensor(wrapper, key, tensor)));
  if (is_told) operation.value = arguments[1].get<double>();
  if (!operations_.emplace(name, std::move(operation)).second)
    throw std::invalid_argument(
        fmt::format("layer \"{}\": the name is used twice: each layer takes its own", name));
}

/// Each operation once, however many read it.
class MaskGraph::Evaluation {
 public:
  explicit Evaluation(const MaskGraph& graph) : graph_(graph) {}

  /// None: no mask of one Masking.
  std::optional<StepMask> steps_of(const std::string& name) {
    const Value value = value_of(name);
    return value.form == Form::steps ? std::optional(value.mask) : std::nullopt;
  }

 private:
  /// Of each feature, of the steps, the same for each feature of a step, or nothing.
  enum class Form { other, features, steps, spread, zeros };
  struct Value {
    Form form = Form::other;
    StepMask mask;
  };

  Value value_of(const std::string& name) {
    const auto operation = graph_.operations_.find(name);
    if (operation == graph_.operations_.end()) return {};
    const auto [known, is_new] = values_.emplace(name, Value{});  // which a cycle finds
    if (is_new) known->second = evaluated(operation->second);
    return known->second;
  }

  Value evaluated(const Operation& operation) {
    switch (operation.kind) {
      case Kind::not_equal:
        return {Form::features, {operation.reads.front(), operation.value}};
      case Kind::zeros_like:
        return {Form::zeros, {}};
      case Kind::ones_like:
        return {};
      default:
        break;
    }
    const Value all = alike(operation.reads);
    const bool is_of_steps = all.form == Form::steps, is_spread = all.form == Form::spread;
    switch (operation.kind) {
      case Kind::any:
        return all.form == Form::features || is_spread ? Value{Form::steps, all.mask} : Value{};
      case Kind::expand_dims:
        return is_of_steps ? Value{Form::spread, all.mask} : Value{};
      case Kind::logical_or:
        return is_of_steps || is_spread ? all : Value{};
      default:
        return is_spread ? all : Value{};
    }
  }

  /// What all of them are, but for zeros.
  Value alike(const std::vector<std::string>& names) {
    Value all{Form::zeros, {}};
    for (const std::string& name : names) {
      const Value one = value_of(name);
      if (one.form == Form::zeros) continue;
      if (all.form == Form::zeros)
        all = one;
      else if (one.form != all.form || one.mask.of != all.mask.of || one.mask.value != all.mask.value)
        return {};
    }
    return all;
  }

  const MaskGraph& graph_;
  std::map<std::string, Value> values_;
};

StepMask MaskGraph::mask_of(const std::string& name, const std::string& layer) const {
  if (const auto mask = Evaluation(*this).steps_of(name)) return *mask;
  throw std::invalid_argument(
      fmt::format("layer \"{}\": its mask is what {} returns: accepted is the mask of one Masking", layer,
                  in_quotes(name)));
}

}  // namespace lockstep::keras
