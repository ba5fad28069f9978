#pragma once

#include <memory>
#include <vector>

#include "backends/backend.h"
#include "backends/reference_backward.h"
#include "backends/team.h"

namespace lockstep {

/// reference_backward.h at float: each thread takes its rows of the batch, and what they add to the gradients
/// of the weights is added up in the order of the threads.
class NaiveTraining : public TrainableLayer {
 public:
  NaiveTraining(const Problem& problem, const Weights& weights)
      : batch_(problem.shape.batch),
        weights_(weights.as<float, CacheLines<float>>()),
        team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, batch_))),
        sums_(static_cast<std::size_t>(team_.threads())) {
    for (Weights& sum : sums_) {
      sum = reference::zeros_for<float>(problem);
      rows_.emplace_back(problem, weights_);
      rows_back_.emplace_back(problem, weights_);
    }
  }

  void run(const Io& io) override {
    in_slices([&](std::size_t worker, const Slice& slice) { rows_[worker].run(io, slice.begin, slice.end); });
  }

  void backward(const Io& io, const Gradients& gradients) override {
    in_slices([&](std::size_t worker, const Slice& slice) {
      Gradients own = gradients;
      if (own.weights != nullptr) {
        own.weights = &sums_[worker];
        reference::fill_zero(*own.weights);
      }
      rows_back_[worker].run(io, own, slice.begin, slice.end);
    });
    if (gradients.weights == nullptr) return;
    reference::fill_zero(*gradients.weights);
    for (const Weights& sum : sums_) reference::add(sum, *gradients.weights);
  }

  void update(const Weights& weights) override { overwrite(weights_, weights); }

  std::string method() const override { return team_.threads() == 1 ? "loops" : "loops, batch slices"; }

 private:
  template <class Use>
  void in_slices(Use&& use) {
    team_.run([&](int worker) {
      use(static_cast<std::size_t>(worker), slice_of(batch_, team_.threads(), worker));
    });
  }

  std::int64_t batch_;
  BasicWeights<float, CacheLines<float>> weights_;
  Team team_;
  std::vector<Weights> sums_;  // one per thread
  std::vector<reference::LayerRows<float>> rows_;
  std::vector<reference::LayerGradients<float>> rows_back_;
};

}  // namespace lockstep
