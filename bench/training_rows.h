#pragma once

#include <memory>
#include <span>
#include <vector>

#include "bench/row.h"
#include "cases/case.h"
#include "verify/oracle.h"

namespace lockstep {

// What the rows of training time, as in Labels::what.
inline constexpr const char* training_step = "training step";  // the two that follow, one after the other
inline constexpr const char* training_forward = "training forward";
inline constexpr const char* training_backward = "training backward";
inline constexpr const char* training_epoch = "training epoch";  // of a model: once through its samples

/// Every case of Pass::training on every backend, three rows each: a forward and a backward run of the
/// prepared layer, and each of them alone ("forward/" and "backward/" before the name). Asked for are the
/// gradients of input and weights. Verified as verify does, gradients included. A group has the cases that
/// differ in backend, threads or dense style alone.
std::vector<RowGroup> training_rows(std::span<const Case> cases, std::span<const Backend* const> backends,
                                    const std::shared_ptr<Oracle>& oracle);

}  // namespace lockstep
