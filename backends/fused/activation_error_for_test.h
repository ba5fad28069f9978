#pragma once

#include <cstdint>

#include "backends/fused/kernels.h"

namespace lockstep::fused {

enum class Function { exp, tanh, sigmoid };

/// The largest error, and where it is.
struct ActivationError {
  double ulp = 0;
  float at = 0;
};

/// Of every stride-th float from number `first` of them on, infinities and NaN included; exp up to 88, where
/// it is about to leave float. Where the exact result is below the normal floats, an error counts as none as
/// long as it is below them, too; NaN must give NaN, and what is not NaN must not.
ActivationError largest_error(const Kernels&, Function, std::uint64_t first, std::uint64_t stride);

}  // namespace lockstep::fused
