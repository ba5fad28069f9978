#include <memory>

#include "backends/isa.h"
#include "backends/module.h"
#include "backends/naive/training.h"
#include "backends/reference.h"
#include "backends/team.h"

namespace lockstep {
namespace {

/// reference.h at float: each thread takes its rows of the batch.
class NaiveLayer : public Layer {
 public:
  NaiveLayer(const Problem& problem, const Weights& weights)
      : batch_(problem.shape.batch),
        weights_(weights.as<float, CacheLines<float>>()),
        team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, batch_))) {
    for (int i = 0; i < team_.threads(); ++i) rows_.emplace_back(problem, weights_);
  }
  void run(const Io& io) override {
    team_.run([&](int worker) {
      const auto [begin, end] = slice_of(batch_, team_.threads(), worker);
      rows_[static_cast<std::size_t>(worker)].run(io, begin, end);
    });
  }
  std::string method() const override { return team_.threads() == 1 ? "loops" : "loops, batch slices"; }

 private:
  std::int64_t batch_;
  BasicWeights<float, CacheLines<float>> weights_;
  std::vector<reference::LayerRows<float>> rows_;
  Team team_;
};

class Naive : public Backend {
 public:
  std::string_view name() const override { return "naive"; }
  std::string version() const override {
    return std::string("plain loops, compiled for ") + compiled_isa() + ", own threads";
  }
  Support supports(const Problem&) const override { return Support::yes(); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    return std::make_unique<NaiveLayer>(problem, weights);
  }
  std::unique_ptr<TrainableLayer> prepare_training(const Problem& problem,
                                                   const Weights& weights) const override {
    return std::make_unique<NaiveTraining>(problem, weights);
  }
};

}  // namespace
}  // namespace lockstep

LOCKSTEP_MODULE(lockstep::Naive)
