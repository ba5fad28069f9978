#include "verify/doctor/axes.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lockstep::doctor {

const std::vector<AxisOrder>& axis_orders() {
  static const std::vector<AxisOrder> all = [] {
    std::vector<AxisOrder> orders;
    AxisOrder order = in_order;
    do orders.push_back(order);
    while (std::next_permutation(order.begin(), order.end()));
    return orders;
  }();
  return all;
}

std::string in_words(const AxisOrder& order) {
  std::array<std::string_view, 3> words;
  const std::array<std::string_view, 3> names{"samples", "time_steps", "features"};
  for (std::size_t i = 0; i < 3; ++i) words[order[i]] = names[i];
  return fmt::format("({})", fmt::join(words, ", "));
}

SharedArray arranged(const Array<float>& array, const AxisOrder& order) {
  if (order == in_order) return std::make_shared<Array<float>>(array);
  auto moved = std::make_shared<Array<float>>();
  const std::array<std::int64_t, 3> strides{array.dims[1] * array.dims[2], array.dims[2], 1};
  for (const std::size_t axis : order) moved->dims.push_back(array.dims[axis]);
  moved->values.reserve(array.values.size());
  for (std::int64_t i = 0; i < moved->dims[0]; ++i)
    for (std::int64_t j = 0; j < moved->dims[1]; ++j)
      for (std::int64_t k = 0; k < moved->dims[2]; ++k)
        moved->values.push_back(array.values[static_cast<std::size_t>(
            i * strides[order[0]] + j * strides[order[1]] + k * strides[order[2]])]);
  return moved;
}

}  // namespace lockstep::doctor
