#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "backends/reference_backward.h"
#include "backends/trainer.h"

namespace lockstep {

/// A layer of a trained model by reference_backward.h, in one thread; `Arithmetic` is how it calculates.
template <class Real, class Arithmetic = reference::PlainBackward<Real>>
class TrainableByReference : public BasicTrainable<Real> {
 public:
  TrainableByReference(const Problem& problem, const BasicWeights<Real>& weights, Arithmetic arithmetic = {})
      : batch_(problem.shape.batch),
        weights_(weights),
        rows_(problem, weights_, arithmetic),
        rows_back_(problem, weights_, std::move(arithmetic)) {}
  void run(const BasicIo<Real>& io) override { rows_.run(io, 0, batch_); }
  void backward(const BasicIo<Real>& io, const BasicGradients<Real>& gradients) override {
    if (gradients.weights != nullptr) reference::fill_zero(*gradients.weights);
    rows_back_.run(io, gradients, 0, batch_);
  }
  void update(const BasicWeights<Real>& weights) override { overwrite(weights_, weights); }
  std::string method() const override { return "reference"; }

 private:
  std::int64_t batch_;
  BasicWeights<Real> weights_;
  reference::LayerRows<Real, Arithmetic> rows_;
  reference::LayerGradients<Real, Arithmetic> rows_back_;
};

}  // namespace lockstep
