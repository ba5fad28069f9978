#include <algorithm>

#include "backends/model_states.h"
#include "verify/doctor/convention.h"

namespace lockstep::doctor {
namespace {

/// Whether what it returns has the shape of what it reads.
bool can_be_left_out(const Variant& variant, std::size_t node) {
  const auto layer = layer_of(variant.model.nodes[node]);
  if (!layer || variant.weights[node]->kernel.empty()) return false;
  const auto columns = static_cast<std::size_t>(weight_shapes(*layer, 1).kernel[1]);
  const std::size_t features = variant.weights[node]->kernel.size() / columns;
  const auto* recurrent = recurrent_at(variant, node);
  if (recurrent != nullptr && !recurrent->return_sequences) return false;
  if (hands_states_on(variant.model, variant.model.nodes[node])) return false;
  return static_cast<std::size_t>(output_features(*layer, 1)) == features;
}

void leave_out(Variant& variant, std::size_t node) {
  edit_weights(variant, node, [](BasicWeights<double>& weights) { weights = {}; });
  variant.model.nodes[node].kind = DropoutSpec{};
  variant.runs[node] = {};
}

}  // namespace

Conventions omission_conventions() {
  return {{"layer left out", "run {0}: the program behind y leaves it out", slot::whole_layer,
           can_be_left_out, leave_out},
          {"recurrent_kernel left out",
           "load the recurrent_kernel of {0}: the program behind y computes as if it were zero",
           slot::recurrent_layout,
           [](const Variant& variant, std::size_t node) { return recurrent_at(variant, node) != nullptr; },
           [](Variant& variant, std::size_t node) {
             edit_weights(variant, node, [](BasicWeights<double>& weights) {
               std::fill(weights.recurrent_kernel.begin(), weights.recurrent_kernel.end(), 0.0);
             });
           }}};
}

}  // namespace lockstep::doctor
