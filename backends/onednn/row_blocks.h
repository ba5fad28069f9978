#pragma once

#include <algorithm>
#include <cstdint>

#include "backends/onednn/rows.h"

namespace lockstep::onednn {

/// Rows copied at once, so that a block of them stays in the second level cache.
inline std::int64_t rows_of_block(std::int64_t floats_per_row) {
  return std::clamp<std::int64_t>((std::int64_t{1} << 16) / floats_per_row, 16, 1024);
}

/// The rows [begin, begin + rows) of a sequence in the order of time: t * batch + b.
struct Block {
  std::int64_t begin, rows;
};

/// The address of a block's first row, or null where its rows are not back to back.
template <class T>
T* in_place(const SequenceView<T>& view, const Block& block) {
  const auto [batch, time_steps, features] = view.dims;
  const std::int64_t t = block.begin / batch, b = block.begin % batch;
  const bool one_step = b + block.rows <= batch;
  const bool dense =
      one_step ? block.rows == 1 || view.strides[0] == features : is_time_major(view, batch, batch);
  return dense ? view.row(b, t) : nullptr;
}

/// Calls use(t, begin, end) for each step that the block touches, with its rows in the batch.
template <class Use>
void for_each_step(const Block& block, std::int64_t batch, Use&& use) {
  for (std::int64_t r = block.begin, end = block.begin + block.rows; r < end;) {
    const std::int64_t b = r % batch, rows = std::min(batch - b, end - r);
    use(r / batch, b, b + rows);
    r += rows;
  }
}

/// The rows of a block, densely to `to`.
inline void gather(const SequenceView<const float>& from, const Block& block, float* to) {
  for_each_step(block, from.dims[0], [&](std::int64_t t, std::int64_t begin, std::int64_t end) {
    to = copy_rows(from, begin, end, t, to);
  });
}
inline void scatter(const float* from, const Block& block, const SequenceView<float>& to) {
  for_each_step(block, to.dims[0], [&](std::int64_t t, std::int64_t begin, std::int64_t end) {
    from = copy_rows(from, to, begin, end, t);
  });
}

}  // namespace lockstep::onednn
