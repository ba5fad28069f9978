#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "verify/doctor/variant.h"

/// What programs understand differently about a layer or a run: each file of conventions has those of one
/// subject.
namespace lockstep::doctor {

/// What a convention settles: two that settle the same of a layer exclude each other. In the order in which
/// they are applied.
namespace slot {
inline constexpr unsigned kernel_layout = 1, recurrent_layout = 2, gates = 4, bias = 8, reset = 16,
                          forget_bias = 32, update_gate = 64, activation = 128, recurrent_activation = 256,
                          direction = 512, output_order = 1024, start = 2048, mask = 4096, whole_layer = ~0U;
}  // namespace slot

/// One way in which another program may compute a layer.
struct Convention {
  std::string name;    // "gate order r z h"
  std::string remedy;  // in one sentence, without a full stop; {0} stands for the layers' names
  unsigned slots = 0;
  std::function<bool(const Variant&, std::size_t node)> applies;
  std::function<void(Variant&, std::size_t node)> apply;
};
using Conventions = std::vector<Convention>;

Conventions gate_conventions();        // the order of the gate blocks, and what a gate weighs
Conventions layout_conventions();      // kernels transposed, or read in the other order
Conventions bias_conventions();        // left out, added twice, or otherwise; the forget bias
Conventions reset_conventions();       // of GRU: before or after the recurrent product
Conventions activation_conventions();  // other functions, and Keras 2's hard_sigmoid
Conventions time_conventions();        // direction, order of the output, masks
Conventions omission_conventions();    // layers and weights left out

/// A convention of one layer, in all of its calls, or of all layers of a kind, or one of the whole run.
struct Change {
  std::string name, remedy;        // with the layers' names
  std::vector<std::size_t> nodes;  // which it changes: all calls of a layer
  unsigned slots = 0;              // of each of them
  std::function<void(Variant&)> apply;
};

/// Those that could be of this model, the likely ones first: of all layers of a kind, then of each alone.
/// `blank_inputs`: the inputs that have steps whose features all are 0.
std::vector<Change> changes_of(const Variant&, const std::vector<std::string>& blank_inputs);

bool exclude_each_other(const Change&, const Change&);
/// In the order of what they settle.
Variant with_changes(Variant, std::vector<const Change*>);

/// The layer's spec, or nullptr where it is of another kind.
inline const RecurrentSpec* recurrent_at(const Variant& variant, std::size_t node) {
  return std::get_if<RecurrentSpec>(&variant.model.nodes[node].kind);
}
inline RecurrentSpec& recurrent_of(Variant& variant, std::size_t node) {
  return std::get<RecurrentSpec>(variant.model.nodes[node].kind);
}
inline const DenseSpec* dense_at(const Variant& variant, std::size_t node) {
  return std::get_if<DenseSpec>(&variant.model.nodes[node].kind);
}
inline bool is_cell(const Variant& variant, std::size_t node, Cell cell) {
  const auto* recurrent = recurrent_at(variant, node);
  return recurrent != nullptr && recurrent->cell == cell;
}

}  // namespace lockstep::doctor
