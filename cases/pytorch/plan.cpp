#include "cases/pytorch/plan.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "backends/spec_names.h"
#include "cases/pytorch/module_order.h"

namespace lockstep::pytorch {
namespace {

bool has_nonlinearity(const Module& module) {
  return !module.is_linear && module.cell == Cell::simple_rnn;
}

Activation take_activation(Fields& entry, std::string_view key, Activation where_absent) {
  const Json& value = entry.take(key);
  if (value.is_null()) return where_absent;
  const auto activation = parse_activation(value);
  if (!activation) entry.refuse(key, "one of " + activation_names.accepted());
  return *activation;
}

Planned read_step(const Json& json, std::size_t number, const std::vector<Module>& modules) {
  Fields entry(json, fmt::format("layer {} of layers", number));
  Planned step;
  const Json& name = entry.take("module");
  if (name.is_null()) {
    entry.need("activation");
    step.activation = take_activation(entry, "activation", Activation::linear);
    entry.finish();
    return step;
  }
  const auto found = std::ranges::find_if(modules, [&](const Module& one) { return name == Json(one.name); });
  if (found == modules.end()) entry.refuse("module", "one of " + listed(modules));
  step.module = static_cast<std::size_t>(found - modules.begin());
  if (found->is_linear) {
    step.activation = take_activation(entry, "activation", Activation::linear);
  } else {
    step.return_sequences = entry.flag("return_sequences", true);
    if (has_nonlinearity(*found)) {
      step.activation = take_activation(entry, "nonlinearity", Activation::tanh);
      if (step.activation != Activation::tanh && step.activation != Activation::relu)
        entry.refuse("nonlinearity", "tanh or relu");
    }
  }
  entry.finish();
  return step;
}

/// Every module is somewhere, and reads what the one before it returns.
void check_chain(const std::vector<Planned>& plan, const std::vector<Module>& modules) {
  std::vector<bool> used(modules.size(), false);
  const Module* before = nullptr;
  for (const Planned& step : plan) {
    if (!step.module) continue;
    const Module& module = modules[*step.module];
    if (used[*step.module])
      throw std::invalid_argument(
          fmt::format("layers has the module {} twice: accepted is once", in_quotes(module.name)));
    used[*step.module] = true;
    if (before != nullptr && before->output_features() != module.features)
      throw std::invalid_argument(fmt::format(
          "layers has {}, which reads {} features, behind {}, which returns {}: accepted are as many",
          in_quotes(module.name), module.features, in_quotes(before->name), before->output_features()));
    before = &module;
  }
  const auto left_out = std::ranges::find(used, false);
  if (left_out != used.end())
    throw std::invalid_argument(
        fmt::format("layers has no module {}: accepted is each that has tensors",
                    in_quotes(modules[static_cast<std::size_t>(left_out - used.begin())].name)));
}

}  // namespace

std::vector<Planned> plan_without_config(const std::vector<Module>& modules) {
  for (const Module& module : modules)
    if (module.is_linear && !module.has_bias)
      throw std::invalid_argument(
          fmt::format("tensor {}: is of nn.Linear without bias, or of nn.Embedding: a config that names it "
                      "says that it is linear",
                      in_quotes(tensor_name(module, "weight"))));
  std::vector<Planned> plan;
  const Module* before = nullptr;
  for (const std::size_t place : order_of(modules)) {
    const Module& module = modules[place];
    if (before != nullptr && before->is_linear && module.is_linear)
      throw std::invalid_argument(fmt::format(
          "it has {} and {}, two linear layers in a row, and cannot say which activation is between them",
          in_quotes(before->name), in_quotes(module.name)));
    plan.push_back({place, has_nonlinearity(module) ? Activation::tanh : Activation::linear, true});
    before = &module;
  }
  return plan;
}

std::vector<Planned> read_plan(const Json& json, const std::vector<Module>& modules) {
  constexpr std::size_t most = 2'000;
  Fields config(json, "the config");
  const Json& layers = config.need("layers");
  if (!layers.is_array() || layers.size() > most)
    config.refuse("layers", fmt::format("a list of up to {} objects", most));
  config.finish();
  std::vector<Planned> plan;
  for (const Json& one : layers) plan.push_back(read_step(one, plan.size() + 1, modules));
  check_chain(plan, modules);
  return plan;
}

std::string to_config(const std::vector<Planned>& plan, const std::vector<Module>& modules) {
  std::vector<std::string> entries;
  for (const Planned& step : plan) {
    std::vector<std::string> keys;
    const auto add = [&](const char* key, const std::string& value) {
      keys.push_back(fmt::format("\"{}\": {}", key, value));
    };
    const auto text = [](std::string_view value) { return json_text(Json(std::string(value))); };
    const bool is_recurrent = step.module && !modules[*step.module].is_linear;
    if (step.module) add("module", text(modules[*step.module].name));
    if (is_recurrent && has_nonlinearity(modules[*step.module]))
      add("nonlinearity", text(activation_names.of(step.activation)));
    if (is_recurrent) add("return_sequences", step.return_sequences ? "true" : "false");
    if (!is_recurrent) add("activation", text(activation_names.of(step.activation)));
    entries.push_back(fmt::format("{{{}}}", fmt::join(keys, ", ")));
  }
  return fmt::format("{{\"layers\": [{}]}}", fmt::join(entries, ", "));
}

}  // namespace lockstep::pytorch
