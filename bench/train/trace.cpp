#include "bench/train/trace.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cases/npy.h"

namespace lockstep {

Trace::Trace(const ModelSpec& model, std::vector<std::int64_t> steps)
    : weights_(named_weights(model)), steps_(std::move(steps)) {}

void Trace::keep(const std::string& name, std::span<const std::span<float>> values) {
  for (std::size_t k = 0; k < values.size(); ++k)
    kept_.push_back({fmt::format("{}_{}", name, k), npy_bytes<float>(weights_[k].dims, values[k])});
}

void Trace::keep_gradients(std::int64_t step, const Trainer<float>& trainer) {
  if (step == 1) keep("grad", trainer.gradients());
}

void Trace::keep_weights(std::int64_t step, const Trainer<float>& trainer) {
  if (std::find(steps_.begin(), steps_.end(), step) != steps_.end())
    keep(fmt::format("step{}", step), trainer.weights());
}

std::vector<NpzMember> Trace::members(const std::vector<TrainingStep>& steps) const {
  std::vector<double> losses;
  for (const TrainingStep& step : steps) losses.push_back(step.loss);
  const std::vector<std::int64_t> dims{static_cast<std::int64_t>(losses.size())};
  std::vector<NpzMember> all{{"loss", npy_bytes<double>(dims, losses)}};
  all.insert(all.end(), kept_.begin(), kept_.end());
  return all;
}

}  // namespace lockstep
