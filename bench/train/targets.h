#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "backends/loss.h"
#include "backends/model_spec.h"
#include "cases/array.h"

namespace lockstep {

/// A target from a .npy or .npz file (cases/array_file.h) as [samples, time_steps or 1, target_features]. Of
/// the sparse loss, the shape may be without its last dimension of 1. Throws std::invalid_argument, one line:
/// what check_target does not take, and a class that is none.
Array<float> read_target(const ModelSpec&, Loss, std::size_t output, const std::filesystem::path&);

}  // namespace lockstep
