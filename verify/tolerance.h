#pragma once

#include <span>

#include "backends/spec.h"

namespace lockstep {

/// The unit roundoff of float, 2^-24.
inline constexpr double unit_roundoff = 0x1p-24;

/// How far a float result may lie from the oracle's in double: the one place in the tree that decides.
/// `largest` is the largest magnitude among the expected values, which scales the rounding of their sums.
///
/// One step of a cell rounds two dot products, of lengths F and U, and a few activations: roundings that are
/// independent grow like the square root of the length (Ipsen and Zhou, arXiv 1906.10465), and an activation
/// is good to some ulp. Over a sequence the errors of earlier steps are carried on and damped: measured
/// growth is about logarithmic in T.
double tolerance(const Problem&, double largest);

/// Of a model's output: the sum of its layers', as their errors pass through kernels of norm about 1.
double tolerance(std::span<const Problem> layers, double largest);

}  // namespace lockstep
