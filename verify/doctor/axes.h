#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "cases/array.h"

/// The axes of a file's array, which another program may have in another order.
namespace lockstep::doctor {

using SharedArray = std::shared_ptr<const Array<float>>;

/// Which axis of an array is the samples, the steps and the features.
using AxisOrder = std::array<std::size_t, 3>;
inline constexpr AxisOrder in_order{0, 1, 2};

/// All of them, in_order first.
const std::vector<AxisOrder>& axis_orders();
/// "(time_steps, samples, features)"
std::string in_words(const AxisOrder&);
/// As [samples, time_steps, features], of an array of rank 3 whose axes are in that order.
SharedArray arranged(const Array<float>&, const AxisOrder&);

}  // namespace lockstep::doctor
