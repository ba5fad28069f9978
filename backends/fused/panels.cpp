#include "backends/fused/panels.h"

#include <algorithm>
#include <cassert>

namespace lockstep::fused {

Panels::Panels(Slice units, int gates, int lanes_of_vector) : lanes(lanes_of_vector) {
  assert(most_vectors % gates == 0);
  const std::int64_t whole = most_vectors / gates * lanes;
  for (std::int64_t first = units.begin; first < units.end; first += whole) {
    Block block;
    block.first = first;
    block.units = std::min(whole, units.end - first);
    block.vectors = static_cast<int>((gates * block.units + lanes - 1) / lanes);
    block.column = width;
    blocks.push_back(block);
    width += block.vectors * lanes;
  }
}

Buffer<float> Panels::pack(const float* from, std::int64_t k, std::int64_t stride,
                           const std::vector<std::int64_t>& gate_columns) const {
  Buffer<float> packed(k * width);
  std::vector<float> row(static_cast<std::size_t>(most_vectors * lanes));
  for (const Block& block : blocks) {
    const std::int64_t columns = block.vectors * lanes, part = columns_at_once(block);
    std::fill(row.begin(), row.end(), 0.0F);
    float* to = packed.data() + block.column * k;
    for (std::int64_t i = 0; i < k; ++i, to += part) {
      for (std::size_t g = 0; g < gate_columns.size(); ++g)
        std::copy_n(from + i * stride + gate_columns[g] + block.first, block.units,
                    row.data() + static_cast<std::int64_t>(g) * block.units);
      for (std::int64_t column = 0; column < columns; column += part)
        std::copy_n(row.data() + column, part, to + column * k);
    }
  }
  return packed;
}

std::int64_t row_stride_for(std::int64_t n) {
  constexpr std::int64_t line = 16, longest_vector = 16, page = 1024;
  const std::int64_t stride = (n + longest_vector + line - 1) / line * line;
  return stride % page == 0 ? stride + line : stride;
}

}  // namespace lockstep::fused
