#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "backends/team.h"

namespace lockstep::onednn {

/// to = array(0) + array(1) + ... of so many arrays of its size, always in this order.
template <class Array>
void add_up(Team& team, std::size_t arrays, Array&& array, std::vector<float>& to) {
  constexpr std::int64_t worth_sharing = 1 << 14;
  const auto size = static_cast<std::int64_t>(to.size());
  const auto add = [&](std::int64_t begin, std::int64_t end) {
    float* sum = to.data();
    std::copy(array(0) + begin, array(0) + end, sum + begin);
    for (std::size_t k = 1; k < arrays; ++k) {
      const float* from = array(k);
      for (std::int64_t i = begin; i < end; ++i) sum[i] += from[i];
    }
  };
  if (size < worth_sharing) return add(0, size);
  team.run([&](int index) {
    const auto [begin, end] = slice_of(size, team.threads(), index);
    add(begin, end);
  });
}

}  // namespace lockstep::onednn
