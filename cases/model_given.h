#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "backends/model_spec.h"
#include "backends/model_wiring.h"
#include "cases/array.h"
#include "cases/array_file.h"
#include "cases/data.h"

namespace lockstep {

enum class InputKind { ones, random };

/// What a run of a model is given beside its weights.
struct ModelGiven {
  Given input;
  std::vector<Given> states;  // of each recurrent layer; none: zeros

  InitialStates initial_states() const { return states.empty() ? InitialStates::zero : InitialStates::given; }
  /// Samples [begin, begin + size) of it.
  SequenceView<const float> input_rows(std::int64_t begin, std::int64_t size) const;
  std::vector<BasicInitialState<float>> initial_rows(std::int64_t begin, std::int64_t size) const;
};

/// Inputs as in make_given, or ones, of which a Masking masks some steps; states as in make_given, other
/// numbers for each layer.
ModelGiven make_model_given(const ModelSpec&, const Shape&, InputKind, InitialStates, std::uint64_t seed,
                            Layout layout = Layout::time_major);

/// The input of a model in a .npy or .npz file (cases/array_file.h): [samples, time_steps, features], in
/// float32. Throws std::invalid_argument, one line: what is no such file, another shape than the model takes.
ArrayFile open_model_input(const ModelSpec&, const std::filesystem::path&);
/// All of it.
Array<float> read_model_input(const ModelSpec&, const std::filesystem::path&);
/// A run on it, from zero states.
ModelGiven given_input(const Array<float>&);

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
