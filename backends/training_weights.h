#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "backends/spec.h"
#include "backends/tensor.h"
#include "backends/weights.h"

namespace lockstep::training {

/// The stride for rows off multiples of 512 bytes, which would fall on few cache sets.
inline std::int64_t padded(std::int64_t columns) {
  return columns % 128 == 0 ? columns + 16 : columns;
}

/// to [columns, rows] = the transpose of from [rows, columns].
inline void transpose(std::int64_t rows, std::int64_t columns, const float* from, std::int64_t from_stride,
                      float* to, std::int64_t to_stride) {
  constexpr std::int64_t tile = 16;
  for (std::int64_t first = 0; first < rows; first += tile)
    for (std::int64_t j = 0; j < columns; ++j)
      for (std::int64_t i = first; i < std::min(first + tile, rows); ++i)
        to[j * to_stride + i] = from[i * from_stride + j];
}

/// Where the blocks of a row of gates (see TrainingBlock) stand in Keras' order.
struct GateOrder {
  std::int64_t blocks = 1;                             // of `units` each
  std::int64_t gates = 1;                              // of them, the first are what the input goes to
  std::int64_t first_of_state = 0;                     // and as many from here what the state goes to
  std::array<std::int64_t, 4> of_input{}, of_state{};  // Keras' gate of each
};
inline GateOrder gate_order(const RecurrentSpec& layer) {
  if (layer.cell == Cell::simple_rnn) return {1, 1, 0, {0}, {0}};
  if (layer.cell == Cell::lstm) return {4, 4, 0, {0, 1, 3, 2}, {0, 1, 3, 2}};
  if (layer.reset_after) return {4, 3, 1, {2, 0, 1}, {0, 1, 2}};
  return {3, 3, 0, {0, 1, 2}, {0, 1, 2}};
}

/// The columns of a weight in blocks of `units`, block i at `blocks[i]` of Keras' order.
struct Columns {
  std::int64_t count, units;
  std::array<std::int64_t, 4> blocks;

  std::int64_t size() const { return count * units; }
  void from_keras(const float* row, float* to) const {
    for (std::int64_t i = 0; i < count; ++i) std::copy_n(row + blocks[at(i)] * units, units, to + i * units);
  }
  void to_keras(const float* row, float* to) const {
    for (std::int64_t i = 0; i < count; ++i) std::copy_n(row + i * units, units, to + blocks[at(i)] * units);
  }
  void add_to_keras(const float* row, float* to) const {
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t j = 0; j < units; ++j) to[blocks[at(i)] * units + j] += row[i * units + j];
  }

 private:
  static std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }
};

/// A matrix as packed for products from the right, and its transpose for those of the gradients.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  PackedMatrix(std::int64_t rows, const Columns& columns)
      : rows_(rows),
        columns_(columns),
        stride_(padded(columns.size())),
        transposed_stride_(padded(rows)),
        values_(rows * stride_),
        transposed_(columns.size() * transposed_stride_) {}

  void pack(const std::vector<float>& matrix) {
    for (std::int64_t i = 0; i < rows_; ++i)
      columns_.from_keras(matrix.data() + i * columns_.size(), values_.data() + i * stride_);
    transpose(rows_, columns_.size(), values_.data(), stride_, transposed_.data(), transposed_stride_);
  }
  std::int64_t rows() const { return rows_; }
  const Columns& columns() const { return columns_; }
  const float* data() const { return values_.data(); }
  std::int64_t stride() const { return stride_; }
  const float* transposed() const { return transposed_.data(); }
  std::int64_t transposed_stride() const { return transposed_stride_; }

 private:
  std::int64_t rows_ = 0;
  Columns columns_{};
  std::int64_t stride_ = 0, transposed_stride_ = 0;
  Buffer<float> values_, transposed_;
};

/// A recurrent layer's weights in the order of its gates.
class PackedWeights {
 public:
  PackedWeights(const RecurrentSpec& layer, std::int64_t features, const Weights& weights)
      : layer_(layer),
        order_(gate_order(layer)),
        kernel_(features, Columns{order_.gates, layer.units, order_.of_input}),
        recurrent_kernel_(layer.units, Columns{order_.gates, layer.units, order_.of_state}),
        bias_(order_.blocks * layer.units) {
    pack(weights);
  }
  void pack(const Weights& weights) {
    kernel_.pack(weights.kernel);
    recurrent_kernel_.pack(weights.recurrent_kernel);
    std::fill(bias_.begin(), bias_.end(), 0.0F);
    if (!layer_.use_bias) return;
    kernel_.columns().from_keras(weights.bias.data(), bias_.data());
    if (!has_two_biases()) return;
    // bias_ was zero where only the state adds to.
    const float* of_state = weights.bias.data() + order_.gates * layer_.units;
    for (std::int64_t j = 0; j < order_.gates * layer_.units; ++j)
      bias_[order_.first_of_state * layer_.units + j] += of_state[j];
  }
  bool has_two_biases() const { return layer_.cell == Cell::gru && layer_.reset_after; }
  const GateOrder& order() const { return order_; }
  const PackedMatrix& kernel() const { return kernel_; }
  const PackedMatrix& recurrent_kernel() const { return recurrent_kernel_; }
  const Buffer<float>& bias() const { return bias_; }  // of a row of gates

 private:
  RecurrentSpec layer_;
  GateOrder order_;
  PackedMatrix kernel_, recurrent_kernel_;
  Buffer<float> bias_;
};

}  // namespace lockstep::training
