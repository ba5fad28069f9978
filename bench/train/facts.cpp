#include "bench/train/facts.h"

#include <fmt/format.h>

#include "backends/in_quotes.h"

namespace lockstep {
namespace {

std::string data_text(const DataFiles& files) {
  if (files.x.empty()) return "random";
  std::string text = in_quotes(files.x.string());
  for (const auto& y : files.y) text += ", " + in_quotes(y.string());
  return text;
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

}  // namespace lockstep
