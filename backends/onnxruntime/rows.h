#pragma once

#include <algorithm>
#include <cstdint>

#include "backends/tensor.h"

namespace lockstep::onnxruntime {

/// Whether a [batch, time_steps, features] array lies in one piece, time step after time step.
template <class T>
bool is_time_major(const SequenceView<T>& view) {
  const auto [batch, time_steps, features] = view.dims;
  return (batch == 1 || view.strides[0] == features) &&
         (time_steps == 1 || view.strides[1] == batch * features);
}
/// Likewise, batch row after batch row.
template <class T>
bool is_batch_major(const SequenceView<T>& view) {
  const auto [batch, time_steps, features] = view.dims;
  return (time_steps == 1 || view.strides[1] == features) &&
         (batch == 1 || view.strides[0] == time_steps * features);
}
template <class T>
bool is_dense(const StateView<T>& view) {
  return view.dims[0] == 1 || view.strides[0] == view.dims[1];
}

inline void copy(const SequenceView<const float>& from, const SequenceView<float>& to) {
  for (std::int64_t t = 0; t < from.dims[1]; ++t)
    for (std::int64_t b = 0; b < from.dims[0]; ++b) std::copy_n(from.row(b, t), from.dims[2], to.row(b, t));
}
inline void copy(const StateView<const float>& from, const StateView<float>& to) {
  for (std::int64_t b = 0; b < from.dims[0]; ++b) std::copy_n(from.row(b), from.dims[1], to.row(b));
}

/// The same steps, the last first.
inline SequenceView<const float> reversed(SequenceView<const float> view) {
  view.data += (view.dims[1] - 1) * view.strides[1];
  view.strides[1] = -view.strides[1];
  return view;
}

}  // namespace lockstep::onnxruntime
