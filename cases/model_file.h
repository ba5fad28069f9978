#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backends/model_spec.h"

namespace lockstep {

/// A model from a person's own file.
struct ModelFile {
  ModelSpec model;
  std::vector<std::string> notices;      // what is taken otherwise than, or not in, the file: one line each
  std::vector<std::string> not_trained;  // why it would be trained otherwise than by Keras' fit: likewise
  std::vector<std::string> about = {};   // for the summary, likewise: who saved it, the weights' dtype
};

/// The suffixes of such files (names_model_file of cases/seeds.h), for messages: "a .keras, .h5, ... file".
extern const char* const model_files;
/// Of those, the ones that hold weights alone, for messages on a config: "with a .weights.h5 ... file alone".
extern const char* const config_accepted;

/// The notice that weights of a type, as in one that is named, are computed in float32.
std::string taken_as_float32(const std::string& dtype, const std::string& name);

/// Reads what the suffix says: PyTorch's .safetensors (cases/pytorch/read_pytorch.h), RTNeural's .json
/// (cases/rtneural/read_rtneural.h), else what Keras writes (cases/keras/read_keras.h). `config` has the
/// layers of a file that holds weights alone; empty: the one beside it. Throws std::invalid_argument, one
/// line: the file, the place, what is accepted.
ModelFile read_model_file(const std::filesystem::path&, const std::filesystem::path& config = {});

}  // namespace lockstep
