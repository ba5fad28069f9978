#pragma once

#include <algorithm>
#include <vector>

#include "backends/activation.h"
#include "backends/gate_block.h"
#include "backends/spec.h"
#include "backends/team.h"
#include "backends/tensor.h"
#include "backends/weights.h"

namespace lockstep {

/// A recurrent layer's weights for some of its units, and its gate passes by a library of matrix products:
/// see product_recurrent.h for `Library`. Rows of gates are those units of each gate, in Keras' order, padded
/// off multiples of 512 bytes, which would fall on few cache sets.
template <class Library>
class ProductCell {
 public:
  ProductCell(const Problem& problem, const Weights& weights, const Slice& units)
      : layer_(*as_recurrent(problem)),
        features_(problem.shape.features),
        units_(units),
        columns_(gate_count(layer_) * units.size()),
        stride_(columns_ % 128 == 0 ? columns_ + 16 : columns_),
        kernel_(pack(weights.kernel, features_)),
        recurrent_kernel_(pack(weights.recurrent_kernel, layer_.units)),
        bias_(columns_),
        candidate_bias_(units.size()) {
    pack_bias(weights);
    choose_passes();
  }

  const RecurrentSpec& layer() const { return layer_; }
  const Slice& units() const { return units_; }
  std::int64_t columns() const { return columns_; }
  /// Of a row of gates.
  std::int64_t stride() const { return stride_; }
  bool resets_before() const { return layer_.cell == Cell::gru && !layer_.reset_after; }

  /// Time steps whose input projection is computed at once, so that it stays in cache.
  std::int64_t chunk_of(std::int64_t time_steps, std::int64_t rows) const {
    constexpr std::int64_t cached_bytes = 512 * 1024, fewest_rows = 32;
    const auto step_bytes = rows * stride_ * static_cast<std::int64_t>(sizeof(float));
    return std::min(time_steps, std::max({std::int64_t{1}, cached_bytes / step_bytes, fewest_rows / rows}));
  }

  /// to [rows, columns] = bias + x [rows, features] · kernel.
  void project(std::int64_t rows, const float* x, std::int64_t x_stride, float* to) const {
    for (std::int64_t i = 0; i < rows; ++i) std::copy_n(bias_.data(), columns_, to + i * stride_);
    Library::product(rows, columns_, features_, x, x_stride, kernel_.data(), stride_, to, stride_, true);
  }

  /// The block of `rows` rows, without states and outputs.
  GateBlock block(std::int64_t rows, float* gates, float* recurrent) const {
    GateBlock block;
    block.rows = rows;
    block.units = units_.size();
    block.gates = gates;
    block.recurrent = recurrent;
    block.gates_stride = stride_;
    block.candidate_bias = candidate_bias_.data();
    return block;
  }

  /// Adds h · recurrent_kernel to the block, or writes it to `recurrent`, which is the block's. h and reset_h
  /// are of all units, [rows, layer.units]; once this cell's part of reset_h is there calls
  /// when_reset_is_known(), after which all of it is.
  template <class WhenResetIsKnown>
  void add_recurrent(const GateBlock& block, float* recurrent, const float* h, const float* reset_h,
                     WhenResetIsKnown&& when_reset_is_known) const {
    const auto add = [&](const float* state, std::int64_t first, std::int64_t n, float* to, bool accumulate) {
      Library::product(block.rows, n, layer_.units, state, layer_.units, recurrent_kernel_.data() + first,
                       stride_, to, stride_, accumulate);
    };
    const std::int64_t z_and_r = 2 * units_.size();
    if (resets_before()) {
      add(h, 0, z_and_r, block.gates, true);
      reset_pass_(block);
      when_reset_is_known();
      add(reset_h, z_and_r, units_.size(), block.gates + z_and_r, true);
    } else if (layer_.cell == Cell::gru) {
      add(h, 0, columns_, recurrent, false);
    } else {
      add(h, 0, columns_, block.gates, true);
    }
  }

  /// From the sums of a block to its new state and output.
  void finish(const GateBlock& block) const { pass_(block); }

 private:
  /// The columns of these units, of each gate.
  void pack_row(const float* from, float* to) const {
    for (std::int64_t gate = 0; gate < gate_count(layer_); ++gate)
      std::copy_n(from + gate * layer_.units + units_.begin, units_.size(), to + gate * units_.size());
  }
  Buffer<float> pack(const std::vector<float>& matrix, std::int64_t rows) const {
    Buffer<float> packed(rows * stride_);
    for (std::int64_t i = 0; i < rows; ++i)
      pack_row(matrix.data() + i * gate_count(layer_) * layer_.units, packed.data() + i * stride_);
    return packed;
  }
  void pack_bias(const Weights& weights) const {
    std::fill(bias_.begin(), bias_.end(), 0.0F);
    std::fill(candidate_bias_.begin(), candidate_bias_.end(), 0.0F);
    if (!layer_.use_bias) return;
    pack_row(weights.bias.data(), bias_.data());
    if (layer_.cell != Cell::gru || !layer_.reset_after) return;
    std::vector<float> of_state(static_cast<std::size_t>(columns_));
    pack_row(weights.bias.data() + 3 * layer_.units, of_state.data());
    const std::int64_t z_and_r = 2 * units_.size();
    for (std::int64_t j = 0; j < z_and_r; ++j) bias_[j] += of_state[static_cast<std::size_t>(j)];
    std::copy_n(of_state.data() + z_and_r, units_.size(), candidate_bias_.data());
  }
  void choose_passes() {
    with_elementwise(layer_.activation, [&]<Activation a>(ActivationTag<a>) {
      if (layer_.cell == Cell::simple_rnn) {
        pass_ = &Library::template simple_rnn<a>;
        return;
      }
      with_elementwise(layer_.recurrent_activation, [&]<Activation r>(ActivationTag<r>) {
        reset_pass_ = &Library::template gru_reset<r>;
        if (layer_.cell == Cell::lstm)
          pass_ = &Library::template lstm<a, r>;
        else
          pass_ =
              layer_.reset_after ? &Library::template gru_after<a, r> : &Library::template gru_before<a, r>;
      });
    });
  }

  RecurrentSpec layer_;
  std::int64_t features_;
  Slice units_;
  std::int64_t columns_, stride_;
  Buffer<float> kernel_, recurrent_kernel_, bias_, candidate_bias_;
  GatePass pass_ = nullptr, reset_pass_ = nullptr;
};

}  // namespace lockstep
