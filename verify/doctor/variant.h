#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "backends/model_spec.h"
#include "backends/model_wiring.h"

namespace lockstep::doctor {

/// How a layer is run, where Keras has no setting for it.
struct LayerRun {
  bool reverses_output = false;  // of the steps that it returns, the last comes first
  bool forgets = false;          // every step starts from zero states
  bool carries = false;          // a sample starts in the states in which the one before it ended
};

/// A model as some other program may understand it.
struct Variant {
  ModelSpec model;  // its weights have the right sizes, and no more: those below count
  std::vector<std::shared_ptr<BasicWeights<double>>> weights;  // one per node, shared until edit_weights
  std::vector<LayerRun> runs;                                  // one per node
  bool is_second_call = false;  // starts in the states in which a first run on the same input ended
};

/// As Keras understands it, for any number of time steps that its layers take; with several inputs of other
/// lengths for those alone.
Variant as_it_is(ModelSpec);

/// Changes a layer's weights, whose sizes its spec may ask to change, too.
template <class Edit>
void edit_weights(Variant& variant, std::size_t node, Edit&& edit) {
  std::shared_ptr<BasicWeights<double>>& weights = variant.weights[node];
  if (weights.use_count() > 1) weights = std::make_shared<BasicWeights<double>>(*weights);
  std::forward<Edit>(edit)(*weights);
  Weights& sizes = variant.model.nodes[node].weights;
  sizes.kernel.resize(weights->kernel.size());
  sizes.recurrent_kernel.resize(weights->recurrent_kernel.size());
  sizes.bias.resize(weights->bias.size());
}

/// The variant by reference.h in double, as run_reference runs a model: exactly, or with noise as large as
/// float's roundings in the noisy run of that number.
void run_variant(const Variant&, const BasicModelIo<double>&, std::optional<int> noisy_run = std::nullopt);

}  // namespace lockstep::doctor
