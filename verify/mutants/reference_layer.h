#pragma once

#include <string>
#include <utility>

#include "backends/backend.h"
#include "backends/reference_backward.h"

namespace lockstep {

/// backends/reference.h at float, in one thread.
template <class Arithmetic = reference::Plain<float>>
class ReferenceLayer : public Layer {
 public:
  ReferenceLayer(const Problem& problem, Weights weights)
      : problem_(problem), weights_(std::move(weights)), rows_(problem_, weights_) {}
  void run(const Io& io) override { rows_.run(io, 0, problem_.shape.batch); }
  std::string method() const override { return "reference.h"; }
  const Problem& problem() const { return problem_; }

 private:
  Problem problem_;
  Weights weights_;
  reference::LayerRows<float, Arithmetic> rows_;
};

/// The same with backends/reference_backward.h.
template <class Arithmetic = reference::PlainBackward<float>,
          class ThroughTime = reference::RecurrentGradients<float, Arithmetic>>
class ReferenceTraining : public TrainableLayer {
 public:
  ReferenceTraining(const Problem& problem, Weights weights)
      : problem_(problem),
        weights_(std::move(weights)),
        rows_(problem_, weights_),
        rows_back_(problem_, weights_) {}
  void run(const Io& io) override { rows_.run(io, 0, problem_.shape.batch); }
  void backward(const Io& io, const Gradients& gradients) override {
    if (gradients.weights != nullptr) reference::fill_zero(*gradients.weights);
    add_backward(io, gradients, 0, problem_.shape.batch);
  }
  /// Of rows [begin, end) of the batch; adds to the gradients of the weights.
  void add_backward(const Io& io, const Gradients& gradients, std::int64_t begin, std::int64_t end) {
    rows_back_.run(io, gradients, begin, end);
  }
  void update(const Weights& weights) override { overwrite(weights_, weights); }
  std::string method() const override { return "reference_backward.h"; }
  const Problem& problem() const { return problem_; }

 private:
  Problem problem_;
  Weights weights_;
  reference::LayerRows<float> rows_;
  reference::LayerGradients<float, Arithmetic, ThroughTime> rows_back_;
};

}  // namespace lockstep
