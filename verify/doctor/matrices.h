#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Edits of a layer's weights, row-major, whose columns come in blocks of `units`, one per gate.
namespace lockstep::doctor {

using Matrix = std::vector<double>;

/// Block g becomes what was block from[g].
inline void reorder_blocks(Matrix& matrix, std::int64_t units, std::span<const std::size_t> from) {
  const auto width = static_cast<std::size_t>(units), columns = width * from.size();
  std::vector<double> old(columns);  // a row
  for (std::size_t row = 0; row < matrix.size(); row += columns) {
    std::copy_n(matrix.data() + row, columns, old.data());
    for (std::size_t block = 0; block < from.size(); ++block)
      std::copy_n(old.data() + from[block] * width, width, matrix.data() + row + block * width);
  }
}

/// Of blocks that were not side by side: column unit * gates + gate.
inline void gather_blocks(Matrix& matrix, std::int64_t units, std::size_t gates) {
  const auto width = static_cast<std::size_t>(units), columns = width * gates;
  std::vector<double> old(columns);  // a row
  for (std::size_t row = 0; row < matrix.size(); row += columns) {
    std::copy_n(matrix.data() + row, columns, old.data());
    for (std::size_t block = 0; block < gates; ++block)
      for (std::size_t j = 0; j < width; ++j) matrix[row + block * width + j] = old[j * gates + block];
  }
}

/// Every value of one block: in all rows.
template <class Edit>
void edit_block(Matrix& matrix, std::int64_t units, std::size_t gates, std::size_t block, Edit&& edit) {
  const auto width = static_cast<std::size_t>(units), columns = width * gates;
  for (std::size_t row = 0; row < matrix.size(); row += columns)
    for (std::size_t j = 0; j < width; ++j) edit(matrix[row + block * width + j]);
}

/// The same numbers in memory, taken for a matrix whose columns, not rows, lie side by side.
inline void read_in_other_order(Matrix& matrix, std::size_t columns) {
  const Matrix old = matrix;
  const std::size_t rows = matrix.size() / columns;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t j = 0; j < columns; ++j) matrix[row * columns + j] = old[j * rows + row];
}

/// Each block, which is square.
inline void transpose_blocks(Matrix& matrix, std::int64_t units) {
  const auto width = static_cast<std::size_t>(units), columns = matrix.size() / width;
  for (std::size_t block = 0; block < columns; block += width)
    for (std::size_t row = 0; row < width; ++row)
      for (std::size_t j = 0; j < row; ++j)
        std::swap(matrix[row * columns + block + j], matrix[j * columns + block + row]);
}

}  // namespace lockstep::doctor
