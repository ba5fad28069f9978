#include "bench/train/facts.h"

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "backends/spec_names.h"

namespace lockstep {
namespace {

std::string data_text(const DataFiles& files) {
  if (files.x.empty()) return "random";
  std::string text;
  for (const std::string& x : files.x) text += (text.empty() ? "" : ", ") + in_quotes(x);
  for (const auto& y : files.y) text += ", " + in_quotes(y.string());
  return text;
}

/// Of a softmax or a sigmoid whose logits Keras has at hand, not through TimeDistributed.
Activation last_activation(const Node& node) {
  if (const auto* dense = std::get_if<DenseSpec>(&node.kind))
    return dense->style == DenseStyle::flattened ? dense->activation : Activation::linear;
  const auto* activation = std::get_if<ActivationSpec>(&node.kind);
  return activation == nullptr ? Activation::linear : activation->activation;
}

}  // namespace

std::vector<reports::Fact> training_facts(const TrainRequest& request, const TrainPlan& plan) {
  const std::int64_t samples = plan.data.samples();
  return {{"model", plan.name, true},
          {"command", request.command, true},
          {"loss", std::string(loss_names.of(plan.training.loss))},
          {"optimizer", to_string(plan.training.optimizer), true},
          {"data", data_text(request.data)},
          {"samples", fmt::to_string(samples)},
          {"batch", fmt::to_string(plan.fit.batch)},
          {"steps", fmt::to_string(steps_of(plan.fit, samples))},
          {"shuffle", plan.fit.shuffle ? fmt::to_string(*plan.fit.shuffle) : "off"},
          {"initial weights",
           request.initial_weights.empty() ? "of the seed" : in_quotes(request.initial_weights.string())},
          {"seed", fmt::to_string(request.seed)},
          {"threads", fmt::to_string(plan.training.threads)}};
}

std::string logits_warning(const ModelSpec& model, Loss loss) {
  const bool binary = loss == Loss::binary_crossentropy;
  const bool categorical =
      loss == Loss::categorical_crossentropy || loss == Loss::sparse_categorical_crossentropy;
  const Activation other = binary ? Activation::softmax : Activation::sigmoid;
  std::string names;
  for (const std::size_t output : resolve(model).outputs) {
    const Node& node = model.nodes[output];
    if ((binary || categorical) && last_activation(node) == other)
      (names += names.empty() ? "" : ", ") += node.name;
  }
  if (names.empty()) return {};
  return fmt::format(
      "{} after the {} of {} takes the probabilities as they are; Keras on TensorFlow takes the logits, for "
      "another loss",
      loss_names.of(loss), activation_names.of(other), names);
}

}  // namespace lockstep
