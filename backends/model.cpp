#include "backends/model.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/model_fallback.h"

namespace lockstep {

Support supports(const Backend& backend, const ModelSpec& model, const Shape& shape, const Exec& exec,
                 InitialStates states) {
  const Sharing sharing = share_layers(backend, nullptr, model, shape, exec, states);
  return sharing.why.empty() ? Support::yes() : Support::no(sharing.why);
}

namespace {

bool are_equal(const Weights& one, const Weights& other) {
  return one.kernel == other.kernel && one.recurrent_kernel == other.recurrent_kernel &&
         one.bias == other.bias;
}

/// The step before this one that computes a call of the same layer on the same sizes, if any.
std::optional<std::size_t> same_call_before(const ModelSpec& model, const std::vector<ModelStep>& steps,
                                            std::size_t step) {
  const auto layer_of_step = [&](std::size_t i) -> const std::string& {
    const Node& node = model.nodes[steps[i].node];
    return node.call_of.empty() ? node.name : node.call_of;
  };
  for (std::size_t before = 0; before < step; ++before)
    if (layer_of_step(before) == layer_of_step(step) && steps[before].problem == steps[step].problem &&
        are_equal(model.nodes[steps[before].node].weights, model.nodes[steps[step].node].weights))
      return before;
  return std::nullopt;
}

}  // namespace

Model::Model(const ModelSpec& model, const Backend& backend, const Shape& shape, const Exec& exec,
             InitialStates states, const Backend* fallback, const Model* alike)
    : wiring_(model, shape, exec, states) {
  const Sharing sharing = share_layers(backend, fallback, model, shape, exec, states);
  if (!sharing.possible())
    throw std::invalid_argument(
        fmt::format("{} does not compute the model \"{}\": {}", backend.name(), model.name, sharing.why));
  for (const ModelStep& step : wiring_.steps()) {
    Ready& ready = layers_.emplace_back();
    if (!step.problem) continue;
    const bool is_left = std::find(sharing.left.begin(), sharing.left.end(), step.name) != sharing.left.end();
    if (is_left) ready.fallback = fallback->name();
    const std::size_t i = layers_.size() - 1;
    if (alike != nullptr)
      ready.layer = alike->layers_[i].layer->another();
    else if (const auto before = same_call_before(model, wiring_.steps(), i))
      ready.layer = layers_[*before].layer->another();
    if (ready.layer != nullptr) continue;
    ready.layer = (is_left ? *fallback : backend).prepare(*step.problem, model.nodes[step.node].weights);
  }
}

void Model::run(const BasicModelIo<float>& io) {
  wiring_.check(io);
  wiring_.mask_input(io);
  for (std::size_t i = 0; i < layers_.size(); ++i)
    if (layers_[i].layer != nullptr)
      layers_[i].layer->run(wiring_.io_of(i, io));
    else
      wiring_.run_join(i, io);
  wiring_.copy_outputs(io);
}

std::string Model::method() const {
  std::string text;
  for (std::size_t i = 0; i < layers_.size(); ++i)
    if (const auto& [layer, fallback] = layers_[i]; layer != nullptr)
      text += fmt::format("{}{}: {}{}{}", text.empty() ? "" : "; ", wiring_.steps()[i].name, layer->method(),
                          fallback.empty() ? "" : " on ", fallback);
  return text;
}

}  // namespace lockstep
