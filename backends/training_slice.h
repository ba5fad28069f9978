#pragma once

#include <algorithm>

#include "backends/backend.h"
#include "backends/team.h"
#include "backends/training_block.h"
#include "backends/training_weights.h"

namespace lockstep::training {

/// One thread's rows of the batch: what the run of a recurrent layer keeps of them, and what the way back
/// works in. Sequences lie in [time_steps, rows] in the order of the input; states have one step more, as
/// that before a step and that after it are neighbours.
class TrainingSlice {
 public:
  /// Rows at one distance.
  struct Rows {
    const float* data;
    std::int64_t stride;
  };

  TrainingSlice(const Problem& problem, const PackedWeights& weights, Slice slice)
      : layer_(*as_recurrent(problem)),
        shape_(problem.shape),
        slice_(slice),
        gates_stride_(padded(weights.bias().size())),
        state_stride_(padded(layer_.units)),
        chunk_(chunk_of(512 * 1024, 32)),
        chunk_back_(chunk_of(512 * 1024, 256)),
        staged_(shape_.time_steps * rows() * shape_.features),
        gates_(shape_.time_steps * rows() * gates_stride_),
        h_((shape_.time_steps + 1) * rows() * state_stride_),
        zeros_(layer_.units),
        of_gates(chunk_back_ * rows() * gates_stride_),
        of_staged(chunk_back_ * rows() * shape_.features),
        dh(rows() * state_stride_),
        dc(dh.size()),
        shown(dh.size()),
        of_reset_h(dh.size()),
        of_kernel(shape_.features * weights.kernel().stride()),
        of_recurrent_kernel(layer_.units * weights.recurrent_kernel().stride()),
        of_bias(weights.bias().size()) {
    std::fill(zeros_.begin(), zeros_.end(), 0.0F);
    if (layer_.cell == Cell::lstm) {
      c_ = Buffer<float>(h_.size());
      activated_c_ = Buffer<float>(h_.size());
    } else if (layer_.cell == Cell::gru && !layer_.reset_after) {
      reset_h_ = Buffer<float>(h_.size());
    }
  }

  std::int64_t rows() const { return slice_.size(); }
  const Slice& slice() const { return slice_; }
  std::int64_t gates_stride() const { return gates_stride_; }
  std::int64_t state_stride() const { return state_stride_; }
  std::int64_t chunk() const { return chunk_; }            // time steps of one product in the run,
  std::int64_t chunk_back() const { return chunk_back_; }  // and on the way back
  const float* zeros() const { return zeros_.data(); }     // for a row of what is absent

  /// Where step number `step` in the order of processing stands in the input.
  std::int64_t time_of(std::int64_t step) const {
    return layer_.go_backwards ? shape_.time_steps - 1 - step : step;
  }
  bool counts(const Io& io, std::int64_t b, std::int64_t step) const {
    return !io.mask || io.mask(slice_.begin + b, time_of(step)) != 0;
  }

  /// Of time t of the input; its of_gates are number `slot` of the chunk, its of_output zeros.
  TrainingBlock block(std::int64_t t, std::int64_t slot = 0) const {
    const std::int64_t before = t + (layer_.go_backwards ? 1 : 0), after = t + (layer_.go_backwards ? 0 : 1);
    const auto at = [&](const Buffer<float>& states, std::int64_t i) {
      return states.size() == 0 ? nullptr : states.data() + i * rows() * state_stride_;
    };
    TrainingBlock block;
    block.rows = rows();
    block.units = layer_.units;
    block.gates_stride = gates_stride_;
    block.state_stride = state_stride_;
    block.gates = gates_.data() + t * rows() * gates_stride_;
    block.h_before = at(h_, before);
    block.h = at(h_, after);
    block.c_before = at(c_, before);
    block.c = at(c_, after);
    block.activated_c = at(activated_c_, t);
    block.reset_h = at(reset_h_, t);
    block.of_gates = of_gates.data() + slot * rows() * gates_stride_;
    block.of_reset_h = of_reset_h.data();
    block.dh = dh.data();
    block.dc = dc.data();
    block.of_output = zeros_.data();
    return block;
  }

  void load_state(const StateView<const float>& from, float* to) const {
    for (std::int64_t b = 0; b < rows(); ++b)
      std::copy_n(from ? from.row(slice_.begin + b) : zeros_.data(), layer_.units, to + b * state_stride_);
  }
  void store_state(const float* from, const StateView<float>& to) const {
    for (std::int64_t b = 0; to && b < rows(); ++b)
      std::copy_n(from + b * state_stride_, layer_.units, to.row(slice_.begin + b));
  }

  /// Whether the rows of a sequence lie at one distance, time step after time step.
  template <class Real>
  bool evenly_spaced(const SequenceView<Real>& view) const {
    return rows() == 1 || view.dims[1] == 1 || view.strides[1] == rows() * view.strides[0];
  }
  template <class Real>
  std::int64_t row_stride(const SequenceView<Real>& view) const {
    return view.strides[rows() == 1 ? 1 : 0];
  }
  /// The input from time t on: where it lies, or where stage_input put it.
  Rows input_rows(const Io& io, std::int64_t t) const {
    if (evenly_spaced(io.input)) return {io.input.row(slice_.begin, t), row_stride(io.input)};
    return {staged_.data() + t * rows() * shape_.features, shape_.features};
  }
  void stage_input(const Io& io) const {
    if (evenly_spaced(io.input)) return;
    float* to = staged_.data();
    for (std::int64_t t = 0; t < shape_.time_steps; ++t)
      for (std::int64_t b = slice_.begin; b < slice_.end; ++b, to += shape_.features)
        std::copy_n(io.input.row(b, t), shape_.features, to);
  }

 private:
  /// Time steps whose gates stay in cache, but for as many rows as make a good product.
  std::int64_t chunk_of(std::int64_t cached_bytes, std::int64_t fewest_rows) const {
    const auto step_bytes = rows() * gates_stride_ * static_cast<std::int64_t>(sizeof(float));
    return std::min(shape_.time_steps,
                    std::max({std::int64_t{1}, cached_bytes / step_bytes, fewest_rows / rows()}));
  }

  RecurrentSpec layer_;
  Shape shape_;
  Slice slice_;
  std::int64_t gates_stride_, state_stride_;
  std::int64_t chunk_, chunk_back_;
  Buffer<float> staged_, gates_, h_, c_, activated_c_, reset_h_;
  Buffer<float> zeros_;

 public:
  Buffer<float> of_gates, of_staged;                      // of one chunk
  Buffer<float> dh, dc, shown, of_reset_h;                // shown: the gradient of what masked steps showed
  Buffer<float> of_kernel, of_recurrent_kernel, of_bias;  // in the order of the gates
};

}  // namespace lockstep::training
