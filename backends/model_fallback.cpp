#include "backends/model_fallback.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

/// A layer that a backend does not compute: its problem's text, and the reason.
struct RefusedLayer {
  std::string name, problem, why;
};

std::vector<RefusedLayer> refused_layers(const Backend& backend, const ModelSpec& model, const Shape& shape,
                                         const Exec& exec, InitialStates states) {
  std::vector<RefusedLayer> refused;
  for (const ModelStep& step : plan_model(model, resolve(model), shape, exec, states)) {
    if (!step.problem) continue;
    if (const Support support = backend.supports(*step.problem); !support)
      refused.push_back({step.name, to_string(*step.problem), support.why()});
  }
  return refused;
}

}  // namespace

Sharing share_layers(const Backend& backend, const Backend* fallback, const ModelSpec& model,
                     const Shape& shape, const Exec& exec, InitialStates states) {
  Sharing sharing;
  for (const RefusedLayer& layer : refused_layers(backend, model, shape, exec, states)) {
    sharing.why += fmt::format("{}layer \"{}\" ({}): {}", sharing.why.empty() ? "" : "; ", layer.name,
                               layer.problem, layer.why);
    sharing.left.push_back(layer.name);
  }
  if (sharing.left.empty() || fallback == nullptr) return sharing;
  const ModelGraph graph = resolve(model);
  std::size_t computed = 0;
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (graph.used[i] && layer_of(model.nodes[i])) ++computed;
  if (sharing.left.size() == computed) return sharing;
  for (const RefusedLayer& layer : refused_layers(*fallback, model, shape, exec, states))
    if (std::find(sharing.left.begin(), sharing.left.end(), layer.name) != sharing.left.end()) return sharing;
  sharing.fallback = fallback;
  return sharing;
}

std::string Sharing::text() const {
  return fallback == nullptr ? "" : fmt::format("{} -> {}", fmt::join(left, ", "), fallback->name());
}

std::string shared_name(const Backend& backend, const Sharing& sharing) {
  return sharing.fallback == nullptr ? std::string(backend.name())
                                     : fmt::format("{} ({})", backend.name(), sharing.text());
}

}  // namespace lockstep
