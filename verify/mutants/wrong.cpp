#include "verify/mutants/wrong.h"

#include <utility>

namespace lockstep {
namespace {

class LayerWithRun : public Layer {
 public:
  LayerWithRun(const Problem& problem, const Weights& weights, Run run)
      : right_(problem, weights), run_(std::move(run)) {}
  void run(const Io& io) override { run_(right_, io); }
  std::string method() const override { return right_.method(); }

 private:
  ReferenceLayer<> right_;
  Run run_;
};

}  // namespace

MakeLayer wrong_weights(std::function<void(const Problem&, Weights&)> change) {
  return [change = std::move(change)](const Problem& problem, Weights weights) {
    change(problem, weights);
    return std::make_unique<ReferenceLayer<>>(problem, std::move(weights));
  };
}

MakeLayer wrong_problem(std::function<void(Problem&)> change) {
  return [change = std::move(change)](Problem problem, const Weights& weights) {
    change(problem);
    return std::make_unique<ReferenceLayer<>>(problem, weights);
  };
}

std::unique_ptr<Layer> layer_with_run(const Problem& problem, const Weights& weights, Run run) {
  return std::make_unique<LayerWithRun>(problem, weights, std::move(run));
}

MakeLayer wrong_run(Run run) {
  return [run = std::move(run)](const Problem& problem, const Weights& weights) {
    return layer_with_run(problem, weights, run);
  };
}

MakeLayer wrong_io(std::function<void(const Problem&, Io&)> change) {
  return wrong_run([change = std::move(change)](ReferenceLayer<>& right, Io io) {
    change(right.problem(), io);
    right.run(io);
  });
}

MakeLayer wrong_step(TakeStep take) {
  return [take = std::move(take)](const Problem& problem, const Weights& weights) {
    return layer_by_steps(problem, weights, take);
  };
}

}  // namespace lockstep
