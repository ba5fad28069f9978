#pragma once

#include <filesystem>

#include "cases/model_file.h"

namespace lockstep {

/// Reads a .keras file of Keras 2.12 to 3 (keras/src/saving/saving_lib.py) or, of any other suffix, a legacy
/// .h5 of Keras 2 or 3 (keras/src/legacy/saving/legacy_h5_format.py). Every key of the config and every
/// tensor is accounted for: throws std::invalid_argument, one line, for what could change the numbers and is
/// not understood, and for what is damaged, with the file, the place and what is accepted.
///
/// A .weights.h5 of model.save_weights holds no layers: those are in `config`, JSON as model.to_json() gives
/// it and a .keras file holds it; where none is given, in config.json beside the file. Of other files it is
/// not read.
ModelFile read_keras(const std::filesystem::path&, const std::filesystem::path& config = {});

}  // namespace lockstep
