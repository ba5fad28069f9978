#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "backends/spec.h"
#include "backends/tensor.h"
#include "backends/weights.h"

namespace lockstep {

/// Changes whenever a module built against an older contract could misread this one.
inline constexpr int contract_version = 3;

/// Yes, or no with a reason fit to print.
class Support {
 public:
  static Support yes() { return Support({}); }
  static Support no(std::string why) { return Support(std::move(why)); }
  explicit operator bool() const { return why_.empty(); }
  const std::string& why() const { return why_; }

 private:
  explicit Support(std::string why) : why_(std::move(why)) {}
  std::string why_;
};

/// The buffers of one run, owned by the caller. An absent view reads as zeros, or asks for nothing; which of
/// the optional ones may come is said by Problem::extras. Inputs and outputs do not overlap.
template <class Real>
struct BasicIo {
  SequenceView<const Real> input;              // [batch, time_steps, features]
  StateView<const Real> initial_h, initial_c;  // [batch, units]
  MaskView mask;                               // [batch, time_steps]
  SequenceView<Real> output;                   // [batch, time_steps or 1, units]
  StateView<Real> final_h, final_c;            // [batch, units]
};
using Io = BasicIo<float>;

/// A layer made ready: weights packed, scratch allocated, threads fixed. One run at a time per Layer;
/// different Layers may run at once in different threads. Time-major sequences are the fast layout of every
/// backend.
class Layer {
 public:
  Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;
  virtual ~Layer() = default;
  /// Allocates nothing, remembers nothing from earlier runs.
  virtual void run(const Io&) = 0;
  /// Which way the library computes it ("gemm, 2 batch slices", "brgemm:avx2"): fit for a report's cell.
  virtual std::string method() const = 0;
  /// The same layer once more, for a thread of its own: of the same bits, with the packed weights, which are
  /// never written, held once for both; either may end first. Null: the backend packs them anew.
  virtual std::unique_ptr<Layer> another() const { return nullptr; }
};

/// The gradients of one loss. Given are those of what a run returned, asked for are those of what it was
/// given. An absent view reads as zeros, or asks for nothing. Given and asked for do not overlap.
template <class Real>
struct BasicGradients {
  SequenceView<const Real> output;         // [batch, time_steps or 1, units]
  StateView<const Real> final_h, final_c;  // [batch, units]
  SequenceView<Real> input;                // [batch, time_steps, features]
  StateView<Real> initial_h, initial_c;    // [batch, units]
  BasicWeights<Real>* weights = nullptr;   // sized as the layer's, overwritten
};
using Gradients = BasicGradients<float>;

/// A layer made ready for Pass::training: its run keeps what the backward pass needs.
class TrainableLayer : public Layer {
 public:
  /// Of the last run, whose Io is given again, its buffers as the run left them. Allocates nothing.
  virtual void backward(const Io&, const Gradients&) = 0;
  /// Computes with these weights from now on. Allocates nothing.
  virtual void update(const Weights&) = 0;
};

/// One library's way to compute the layers. Stateless; lives as long as its module.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;
  /// Of the library as loaded: its version, the instruction set it chose, its threading.
  virtual std::string version() const = 0;
  virtual Support supports(const Problem&) const = 0;
  /// Copies of the weights what it needs. Only for problems that it supports and weights that fit them.
  virtual std::unique_ptr<Layer> prepare(const Problem&, const Weights&) const = 0;
  /// The same for problems of Pass::training; a backend that supports none need not have it.
  virtual std::unique_ptr<TrainableLayer> prepare_training(const Problem&, const Weights&) const {
    throw std::invalid_argument(std::string(name()) + " has no backward pass");
  }
};

}  // namespace lockstep
