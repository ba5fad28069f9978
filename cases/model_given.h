#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "backends/model_spec.h"
#include "backends/model_wiring.h"
#include "cases/array.h"
#include "cases/data.h"

namespace lockstep {

enum class InputKind { ones, random };

/// What a run of a model is given beside its weights.
struct ModelGiven {
  std::vector<Given> inputs;  // one per input of the model
  std::vector<Given> states;  // of each recurrent layer, empty where the model gives it some; none: zeros

  InitialStates initial_states() const { return states.empty() ? InitialStates::zero : InitialStates::given; }
  /// Samples [begin, begin + size) of it.
  std::vector<SequenceView<const float>> input_rows(std::int64_t begin, std::int64_t size) const;
  std::vector<BasicInitialState<float>> initial_rows(std::int64_t begin, std::int64_t size) const;
};

/// Inputs as in make_given, other numbers for each, or ones, of which a Masking masks some steps; states as
/// in make_given, other numbers for each layer.
ModelGiven make_model_given(const ModelSpec&, const Shape&, InputKind, InitialStates, std::uint64_t seed,
                            Layout layout = Layout::time_major);

/// A run on all values of each input, [samples, time_steps, features] or [samples, features], from zero
/// states.
ModelGiven given_inputs(std::span<const Array<float>>);

/// Memory for the outputs of a run.
template <class Real>
struct ModelAsked {
  ModelAsked(const ModelSpec&, const Shape&, Layout layout_of_outputs);
  Layout layout;
  std::vector<std::array<std::int64_t, 3>> dims;
  std::vector<Buffer<Real>> outputs;

  std::vector<SequenceView<Real>> views() const;
};

}  // namespace lockstep
