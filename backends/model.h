#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/model_spec.h"
#include "backends/model_wiring.h"

namespace lockstep {

/// Whether the backend has every layer of the model; the reason names each that it has not. Throws
/// std::invalid_argument for a model that is none, or a shape that its Input does not take.
Support supports(const Backend&, const ModelSpec&, const Shape&, const Exec&,
                 InitialStates = InitialStates::zero);

/// A model made ready on one backend for one size: all layers in that backend, but for those that it refuses
/// where another one is given to compute these. One run at a time.
class Model {
 public:
  /// Copies of the spec what it needs; the backends outlive it. Throws std::invalid_argument with the reason
  /// of `supports` where that says no, or, with a fallback, where share_layers finds no way.
  /// `alike` was made of the very same: what its layers have packed is held once for both, where they can; so
  /// is what the calls of one layer on one size have.
  Model(const ModelSpec&, const Backend&, const Shape&, const Exec&, InitialStates = InitialStates::zero,
        const Backend* fallback = nullptr, const Model* alike = nullptr);

  /// Allocates nothing, remembers nothing from earlier runs. Throws std::invalid_argument for views that do
  /// not fit.
  void run(const BasicModelIo<float>&);
  /// Of every layer, as in Layer::method: "lstm: gemm; dense: gemm"; "lstm: loops on naive" of a fallback.
  std::string method() const;

 private:
  ModelWiring<float> wiring_;
  struct Ready {
    std::unique_ptr<Layer> layer;  // null: the step is none
    std::string fallback;          // whose it is, where that is not the backend
  };
  std::vector<Ready> layers_;  // one per step of the wiring
};

}  // namespace lockstep
