#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "backends/backend.h"
#include "backends/reference.h"

namespace lockstep {

/// reference.h at float.
inline void run_right(const Problem& problem, const Weights& weights, const Io& io) {
  reference::LayerRows<float>(problem, weights).run(io, 0, problem.shape.batch);
}

/// A backend whose layers do what a test says.
class PlantedBackend : public Backend {
 public:
  using Run = std::function<void(const Problem&, const Weights&, const Io&)>;
  /// From the weights given to those computed with; what it returns outlives the layer.
  using Pack = std::function<std::shared_ptr<const Weights>(const Problem&, const Weights&)>;
  using Supports = std::function<Support(const Problem&)>;

  static std::shared_ptr<const Weights> copied(const Problem&, const Weights& weights) {
    return std::make_shared<Weights>(weights);
  }

  Run run = run_right;
  Pack pack = copied;
  Supports answer = [](const Problem&) { return Support::yes(); };

  std::string_view name() const override { return "planted"; }
  std::string version() const override { return "of this test"; }
  Support supports(const Problem& problem) const override { return answer(problem); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    return std::make_unique<PlantedLayer>(problem, pack(problem, weights), run);
  }

 private:
  class PlantedLayer : public Layer {
   public:
    PlantedLayer(const Problem& problem, std::shared_ptr<const Weights> weights, Run run)
        : problem_(problem), weights_(std::move(weights)), run_(std::move(run)) {}
    void run(const Io& io) override { run_(problem_, *weights_, io); }
    std::string method() const override { return "planted"; }

   private:
    Problem problem_;
    std::shared_ptr<const Weights> weights_;
    Run run_;
  };
};

}  // namespace lockstep
