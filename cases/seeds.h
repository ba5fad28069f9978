#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backends/model_spec.h"
#include "cases/case.h"
#include "cases/model_given.h"

namespace lockstep {

/// A model with its weights, and what it is run on: one that the project started from, or a person's own.
struct Seed {
  std::string name, why;
  ModelSpec model;
  Shape input;             // of all samples, as the leading input of the model has it
  std::int64_t batch = 1;  // samples of one run; the last run takes what is left
  InputKind input_kind = InputKind::random;
  std::vector<std::string> notices = {};      // of a file: what is computed otherwise than it has it
  std::vector<std::string> not_trained = {};  // of a file: why Keras' fit would train it otherwise
  std::vector<std::string> about = {};        // of a file: what its summary ends with
  std::string config = {};                    // of a file: the --config that it was read with; empty: none
};

inline constexpr const char* seeds_set = "seeds";    // names them all
inline constexpr const char* styles_set = "styles";  // names all of style_models

/// Kernels and biases are those of make_weights for `seed`, but where the model says that they are constant.
std::vector<Seed> seeds(std::uint64_t seed = default_seed);

/// The question that the project started from, for every cell with return_sequences True and False: a
/// recurrent layer, then Dense or TimeDistributed(Dense).
std::vector<Seed> style_models(std::uint64_t seed = default_seed);

/// One of both lists. Throws std::invalid_argument that lists the names when there is none such.
Seed find_seed(std::string_view name, std::uint64_t seed = default_seed);

/// Whether a text names a model and no problem; and whether that is a file, by its suffix.
bool names_model(std::string_view text);
bool names_model_file(std::string_view text);

/// Samples [begin, begin + size) of a run.
struct Batch {
  std::int64_t begin = 0, size = 0;
  bool operator==(const Batch&) const = default;
};
std::vector<Batch> batches(std::int64_t samples, std::int64_t batch);
std::vector<Batch> batches(const Seed&);

}  // namespace lockstep
