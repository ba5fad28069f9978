#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "backends/backend.h"
#include "backends/loss.h"
#include "backends/model_wiring.h"
#include "backends/optimizer.h"

namespace lockstep {

/// TrainableLayer for any type of number.
template <class Real>
class BasicTrainable {
 public:
  virtual ~BasicTrainable() = default;
  virtual void run(const BasicIo<Real>&) = 0;
  virtual void backward(const BasicIo<Real>&, const BasicGradients<Real>&) = 0;
  virtual void update(const BasicWeights<Real>&) = 0;
  virtual std::string method() const = 0;
};
/// Makes the layers of a model that is trained: on a backend, or by reference_backward.h.
template <class Real>
using MakeTrainable =
    std::function<std::unique_ptr<BasicTrainable<Real>>(const Problem&, const BasicWeights<Real>&)>;
MakeTrainable<float> trainable_on(const Backend&);
MakeTrainable<double> trainable_by_reference();

/// What every optimizer step is told.
struct TrainingSpec {
  Loss loss = Loss::categorical_crossentropy;
  OptimizerSpec optimizer;
  int threads = 1;
};

/// One batch of samples of each input of the model, and what is wanted of each output. The loss of a model is
/// the sum of its outputs' losses.
template <class Real>
struct TrainingBatch {
  std::vector<SequenceView<const Real>> inputs;   // [batch, time_steps or 1, features]
  std::vector<SequenceView<const Real>> targets;  // [batch, time_steps or 1, target_features]
};

/// A model in training, as Keras' `train_on_batch` does it: forward, loss, backward, optimizer step. For each
/// batch size its layers are prepared when it first comes; after that nothing is allocated.
template <class Real>
class Trainer {
 public:
  /// Throws std::invalid_argument for a model, a loss or an optimizer that can't be, and for a Dropout that
  /// drops: it would draw numbers of its own.
  Trainer(const ModelSpec&, MakeTrainable<Real>, const TrainingSpec&);
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// All of one step; returns the loss before it. Throws std::invalid_argument for views that do not fit the
  /// model.
  double step(const TrainingBatch<Real>&);
  // Its parts, in this order.
  void forward(const TrainingBatch<Real>&);
  double loss(const TrainingBatch<Real>&);  // and its gradient by the outputs
  void backward(const TrainingBatch<Real>&);
  void apply();

  /// In Keras' order: kernel, recurrent_kernel and bias of each layer, those that it has.
  std::span<const std::span<Real>> weights() const { return weight_spans_; }
  /// Of the last backward, until apply, which may clip them.
  std::span<const std::span<Real>> gradients() const { return gradient_spans_; }
  /// The model's outputs in the last forward; valid until the next.
  std::vector<SequenceView<const Real>> outputs() const;
  /// The model with the weights as they are.
  ModelSpec model() const;
  std::string method() const;  // empty before the first forward

 private:
  struct Prepared;  // the layers and buffers for one size of batch
  Prepared& prepared(const TrainingBatch<Real>&);

  ModelSpec model_;
  ModelGraph graph_;
  MakeTrainable<Real> make_;
  TrainingSpec spec_;
  std::vector<BasicWeights<Real>> weights_, gradients_;  // one per node
  std::vector<std::span<Real>> weight_spans_, gradient_spans_;
  Optimizer<Real> optimizer_;
  std::map<std::tuple<std::int64_t, std::int64_t>, std::shared_ptr<Prepared>> prepared_;  // batch, time_steps
  Prepared* last_ = nullptr;
  std::int64_t version_ = 0;  // of the weights
};

}  // namespace lockstep
