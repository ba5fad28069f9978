#pragma once

#include <cstdint>
#include <vector>

#include "backends/fused/kernels.h"
#include "backends/team.h"
#include "backends/tensor.h"

namespace lockstep::fused {

/// Some units whose sums are computed at once, those of all their gates: column g * units + u is gate g of
/// unit first + u, so that the units left over at the end share vectors, too.
struct Block {
  std::int64_t first = 0, units = 0;
  int vectors = 0;          // that its columns fill, the last of them with zeros at its end
  std::int64_t column = 0;  // of its first in a row of all sums
};

/// How the columns of some gates are cut into blocks of at most four vectors.
struct Panels {
  /// Of these units and so many gates: 1, 2 or 4.
  Panels(Slice units, int gates, int lanes);

  /// k rows of a matrix [k, ...] from `from` on, `stride` apart, in which gate g begins at column
  /// gate_columns[g]. One block after the other, each as [k, vectors * lanes]; one of four vectors is two
  /// such halves, one behind the other, as many rows are summed over two vectors at a time.
  Buffer<float> pack(const float* from, std::int64_t k, std::int64_t stride,
                     const std::vector<std::int64_t>& gate_columns) const;
  /// What was packed of k rows, as it is multiplied by some values of `rows`: those from `first` on, `count`.
  Operand operand(const Buffer<float>& packed, std::int64_t k, const Block& block, const float* const* rows,
                  std::int64_t first, std::int64_t count) const {
    return {rows, first, count, packed.data() + block.column * k + first * columns_at_once(block),
            columns_at_once(block) * k};
  }
  std::int64_t columns_at_once(const Block& block) const {
    return (block.vectors == most_vectors ? most_vectors / 2 : block.vectors) * lanes;
  }

  int lanes;
  std::vector<Block> blocks;
  std::int64_t width = 0;  // of a row of all sums: a multiple of the lanes
};

/// Floats from one row to the next that hold `n` and a vector more, start on a cache line and keep off
/// multiples of 4 KiB, which all fall on the same lines of a cache.
std::int64_t row_stride_for(std::int64_t n);

}  // namespace lockstep::fused
