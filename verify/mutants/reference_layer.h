#pragma once

#include <string>
#include <utility>

#include "backends/backend.h"
#include "backends/reference.h"

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

}  // namespace lockstep
