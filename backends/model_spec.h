#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "backends/spec.h"
#include "backends/weights.h"

namespace lockstep {

/// Keras' Input of sequences, (batch, time_steps, features), or of vectors, (batch, features).
struct InputSpec {
  std::optional<std::int64_t> time_steps;  // absent: any number, which Keras writes as None; or no sequence
  std::int64_t features = 1;
  bool sequence = true;
  bool operator==(const InputSpec&) const = default;
};
/// Keras' Dropout: the identity at inference.
struct DropoutSpec {
  double rate = 0;  // from 0 to 1
  bool operator==(const DropoutSpec&) const = default;
};
/// Keras' Masking: a step of an input whose features all are the value does not count in the recurrent
/// layers behind it, and is read as zeros.
struct MaskingSpec {
  float mask_value = 0;
  bool operator==(const MaskingSpec&) const = default;
};
/// How several values become one: concat puts their features side by side, the others take each from its
/// place in all of them. The names are those of merge_mode of Keras' Bidirectional.
enum class Merge { concat, sum, mul, ave };
/// Keras' Concatenate, Add, Multiply and Average, of two inputs or more.
struct MergeSpec {
  Merge merge = Merge::concat;
  bool operator==(const MergeSpec&) const = default;
};
/// A sequence with its last time step first, as Keras' Bidirectional returns what its backward layer does.
struct ReverseSpec {
  bool operator==(const ReverseSpec&) const = default;
};
/// Keras' Reshape, and Flatten, which is the target {-1}.
struct ReshapeSpec {
  std::vector<std::int64_t> target;  // (features) or (time_steps, features); one may be -1: what is left
  bool operator==(const ReshapeSpec&) const = default;
};
enum class State { h, c };  // c: of an LSTM alone
/// What a recurrent layer ends in, as Keras' return_state returns it: (batch, units). Reads that layer.
struct StateSpec {
  State state = State::h;
  bool operator==(const StateSpec&) const = default;
};
using NodeKind = std::variant<InputSpec, RecurrentSpec, DenseSpec, ActivationSpec, DropoutSpec, MaskingSpec,
                              MergeSpec, ReverseSpec, ReshapeSpec, StateSpec>;

/// A layer of a model by its Keras name. DenseStyle::time_distributed is TimeDistributed(Dense).
struct Node {
  std::string name;
  NodeKind kind;
  // Names of nodes: none for Input, two or more for a merge, else one; of a recurrent layer then its initial
  // states, (batch, units), or none: zeros, unless a run is given some.
  std::vector<std::string> inputs;
  Weights weights;            // empty where the layer has none
  std::string type = {};      // its class in Keras, where that isn't the usual one of its kind
  bool trainable = true;      // Keras' flag, for the summary
  bool stateful = false;      // Keras' flag: starts a run where the one before it ended, if asked to
  bool return_state = false;  // Keras' flag, for the summary
  std::string call_of = {};   // a further call of this node's layer: its weights are a copy
};

/// A layer of a model that is made of layers: a model, a Bidirectional, or an RNN of several cells. They
/// stand in its place, named "outer/inner", or "outer" as itself.
struct NestedModel {
  std::string name;
  std::string type;                  // Sequential, Functional, Bidirectional or RNN
  std::vector<std::string> outputs;  // the nodes whose values it returns
  std::string call_of = {};          // a further call of this one
};

/// A model as data: its layers in the order in which Keras lists them, and which of them are its outputs.
struct ModelSpec {
  std::string name;
  bool sequential = false;  // made by Keras' Sequential, which doesn't list its Input
  std::vector<Node> nodes;
  std::vector<std::string> outputs;
  std::vector<NestedModel> nested = {};  // outer ones before those in them
  std::vector<std::string> inputs = {};  // its Inputs in the order of a run; empty: that of the nodes
};

/// What a layer returns, for any batch: (batch, time_steps, features) of a sequence, else (batch, features).
struct SymbolicShape {
  bool sequence = true;
  std::optional<std::int64_t> time_steps;
  std::int64_t features = 1;
  bool operator==(const SymbolicShape&) const = default;
};
/// "(None, 64, 8)"; `batch` is the word for the first dimension.
std::string to_string(const SymbolicShape&, std::string_view batch = "None");

/// A valid model with its names looked up: nodes are positions in ModelSpec::nodes.
struct ModelGraph {
  std::vector<std::size_t> inputs;              // in the order in which a run is given them
  std::size_t leading = 0;                      // of inputs: the one whose sizes a run's Shape has
  std::vector<std::size_t> order;               // every node after those that it reads
  std::vector<std::vector<std::size_t>> reads;  // the nodes that each node reads
  std::vector<std::size_t> outputs;             // one per ModelSpec::outputs
  std::vector<SymbolicShape> returns;           // what each node returns
  std::vector<bool> masked;                     // whether it returns a sequence of which not all steps count
  std::optional<std::size_t> masking;           // the node that says which
  std::vector<bool> used;                       // whether an output of the model depends on it
  std::size_t masked_input = 0;                 // of inputs: the one that it masks

  /// What a node reads that is no Input: the first, where there are several.
  std::size_t giver(std::size_t node) const { return reads[node].front(); }
  const SymbolicShape& given(std::size_t node) const { return returns[giver(node)]; }
  /// What the leading input takes: the first sequence of any length; without one the first sequence, else the
  /// first vector, of which a Shape has one time step. Every sequence of any length takes the Shape's.
  const SymbolicShape& leading_input() const { return returns[inputs[leading]]; }
};
/// Throws std::invalid_argument naming the layer that no model could have: a name twice, an unknown input, a
/// cycle, a shape or a weight that doesn't fit.
ModelGraph resolve(const ModelSpec&);
/// The same of a model whose layers have no weights yet.
ModelGraph resolve_without_weights(const ModelSpec&);

/// The layer that a backend computes; none for all other nodes.
std::optional<LayerSpec> layer_of(const Node&);
/// Of all layers, each counted once however often it is called.
std::int64_t parameters(const ModelSpec&);

/// The same model with every Dense that reads a sequence in this style; weights and names stay.
ModelSpec with_dense_style(ModelSpec, DenseStyle);

/// Throws std::invalid_argument where no target of these dimensions, batch first, can be compared with that
/// output: it names both shapes and the layer that is the cause.
void check_target(const ModelSpec&, std::span<const std::int64_t> target, std::size_t output = 0);

}  // namespace lockstep
