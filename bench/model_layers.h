#pragma once

#include <vector>

#include "bench/roof.h"
#include "cases/seeds.h"

namespace lockstep {

/// The layers of a model, in the order in which a call computes them on an input of this shape. Nobody asks
/// for the gradient of a model's input.
std::vector<LayerCall> model_layers(const Seed&, const Shape&, int threads, Passes);

/// Floating-point operations of one forward run of them, counted as those of each.
double flops_of(const std::vector<LayerCall>&);

}  // namespace lockstep
