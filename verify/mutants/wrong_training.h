#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "verify/mutants/mutant.h"
#include "verify/mutants/reference_layer.h"

/// Ways to make a layer whose backward pass has one fault.
namespace lockstep {

/// A right layer, with something done before and after its backward pass.
using Backward = std::function<void(ReferenceTraining<>& right, const Io& io, const Gradients& asked)>;

class WithBackward : public TrainableLayer {
 public:
  WithBackward(const Problem& problem, const Weights& weights, Backward backward)
      : right_(problem, weights), backward_(std::move(backward)) {}
  void run(const Io& io) override { right_.run(io); }
  void backward(const Io& io, const Gradients& asked) override { backward_(right_, io, asked); }
  void update(const Weights& weights) override { right_.update(weights); }
  std::string method() const override { return right_.method(); }

 private:
  ReferenceTraining<> right_;
  Backward backward_;
};
inline MakeTrainableLayer wrong_backward(Backward backward) {
  return [backward = std::move(backward)](const Problem& problem, const Weights& weights) {
    return std::make_unique<WithBackward>(problem, weights, backward);
  };
}

/// What is changed afterwards in gradients that were right.
inline MakeTrainableLayer wrong_gradients(std::function<void(const Problem&, const Gradients&)> change) {
  return wrong_backward(
      [change = std::move(change)](ReferenceTraining<>& right, const Io& io, const Gradients& asked) {
        right.backward(io, asked);
        change(right.problem(), asked);
      });
}
/// Another gradient of the results than the one given.
inline MakeTrainableLayer wrong_given(std::function<void(const Problem&, Gradients&)> change) {
  return wrong_backward(
      [change = std::move(change)](ReferenceTraining<>& right, const Io& io, Gradients asked) {
        change(right.problem(), asked);
        right.backward(io, asked);
      });
}

/// The loops of the reference with another way to calculate, or another way through time.
template <class Arithmetic, class ThroughTime = reference::RecurrentGradients<float, Arithmetic>>
MakeTrainableLayer wrong_training() {
  return [](const Problem& problem, const Weights& weights) {
    return std::make_unique<ReferenceTraining<Arithmetic, ThroughTime>>(problem, weights);
  };
}
template <class ThroughTime>
MakeTrainableLayer wrong_through_time() {
  return wrong_training<reference::PlainBackward<float>, ThroughTime>();
}

/// A layer that computes the way back with other weights than the way there.
class WithOtherWeightsBack : public TrainableLayer {
 public:
  WithOtherWeightsBack(const Problem& problem, const Weights& there, const Weights& back, bool takes_updates)
      : there_(problem, there), back_(problem, back), takes_updates_(takes_updates) {}
  void run(const Io& io) override { there_.run(io); }
  void backward(const Io& io, const Gradients& asked) override { back_.backward(io, asked); }
  void update(const Weights& weights) override {
    there_.update(weights);
    if (takes_updates_) back_.update(weights);
  }
  std::string method() const override { return there_.method(); }

 private:
  ReferenceTraining<> there_, back_;
  bool takes_updates_;
};

}  // namespace lockstep
