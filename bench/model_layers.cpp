#include "bench/model_layers.h"

#include "backends/model_wiring.h"
#include "bench/work.h"

namespace lockstep {

std::vector<LayerCall> model_layers(const Seed& one, const Shape& shape, int threads, Passes passes) {
  const Exec exec{threads, passes == Passes::forward ? Pass::inference : Pass::training};
  std::vector<LayerCall> layers;
  for (const ModelStep& step : plan_model(one.model, resolve(one.model), shape, exec, InitialStates::zero))
    if (step.problem) layers.push_back({*step.problem, passes, !step.sources.front().input});
  return layers;
}

double flops_of(const std::vector<LayerCall>& layers) {
  double sum = 0;
  for (const LayerCall& layer : layers) sum += flops(layer.problem);
  return sum;
}

}  // namespace lockstep
