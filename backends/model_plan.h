#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "backends/spec.h"

namespace lockstep {

/// Whether the recurrent layers of a model are given states to start from; carried: and are asked for those
/// that they end in.
enum class InitialStates { zero, given, carried };

/// Where a step reads: what another wrote or ended in, or an input of the model.
struct StepSource {
  std::size_t step = 0;
  std::optional<std::size_t> input;  // of ModelGraph::inputs, in place of a step
  bool is_masked = false;            // with zeros in place of the steps of the input that do not count
  std::optional<State> state = {};   // of the step, in place of its output
};
/// One node to compute, at the size of the run.
struct ModelStep {
  std::size_t node = 0;  // of ModelSpec::nodes
  std::string name;
  std::optional<Problem> problem;   // of a layer; none: the model joins values itself
  std::vector<StepSource> sources;  // of a layer: one; of a recurrent one then its initial states, if any
  std::size_t recurrent = 0;        // its place among the recurrent layers
};
/// What a model computes, in an order in which it can run, or std::invalid_argument for a shape that its
/// leading Input does not take.
std::vector<ModelStep> plan_model(const ModelSpec&, const ModelGraph&, const Shape&, const Exec&,
                                  InitialStates);

/// [batch, time_steps or 1, features] of each input and each output.
std::vector<std::array<std::int64_t, 3>> input_dims(const ModelSpec&, const Shape&);
std::vector<std::array<std::int64_t, 3>> output_dims(const ModelSpec&, const Shape&);

/// The same of what a node returns in a run of this shape.
std::array<std::int64_t, 3> dims_in_run(const SymbolicShape& returned, const Shape&);
/// Where what a node returns is found; `step_of` has the step of each node that is one.
StepSource source_of(const ModelSpec&, const ModelGraph&, const std::vector<std::size_t>& step_of,
                     std::size_t node);

}  // namespace lockstep
