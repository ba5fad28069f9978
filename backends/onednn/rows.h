#pragma once

#include <algorithm>
#include <cstdint>

#include "backends/tensor.h"

namespace lockstep::onednn {

/// Whether a time-major sequence has `rows` rows back to back in each step, and its steps `rows_between`
/// rows apart.
template <class T>
bool is_time_major(const SequenceView<T>& view, std::int64_t rows, std::int64_t rows_between) {
  const auto [batch, time_steps, features] = view.dims;
  return (rows == 1 || view.strides[0] == features) &&
         (time_steps == 1 || view.strides[1] == rows_between * features);
}

/// Whether all of a [batch, time_steps, features] array lies in one piece, batch row after batch row.
template <class T>
bool is_batch_major(const SequenceView<T>& view) {
  const auto [batch, time_steps, features] = view.dims;
  return (time_steps == 1 || view.strides[1] == features) &&
         (batch == 1 || view.strides[0] == time_steps * features);
}

/// The rows [begin, end) of time step t, densely to `to`; returns where the next would go.
inline float* copy_rows(const SequenceView<const float>& from, std::int64_t begin, std::int64_t end,
                        std::int64_t t, float* to) {
  const std::int64_t features = from.dims[2];
  if (from.strides[0] == features) return std::copy_n(from.row(begin, t), (end - begin) * features, to);
  for (std::int64_t b = begin; b < end; ++b) to = std::copy_n(from.row(b, t), features, to);
  return to;
}
inline const float* copy_rows(const float* from, const SequenceView<float>& to, std::int64_t begin,
                              std::int64_t end, std::int64_t t) {
  const std::int64_t features = to.dims[2];
  for (std::int64_t b = begin; b < end; ++b, from += features) std::copy_n(from, features, to.row(b, t));
  return from;
}

/// The rows [begin, end) of a state, densely to `to`: zeros where the view is absent.
inline void load_rows(const StateView<const float>& from, std::int64_t begin, std::int64_t end,
                      std::int64_t units, float* to) {
  if (!from) {
    std::fill_n(to, (end - begin) * units, 0.0F);
    return;
  }
  for (std::int64_t b = begin; b < end; ++b) to = std::copy_n(from.row(b), units, to);
}
inline void add_rows(const StateView<const float>& from, std::int64_t begin, std::int64_t end,
                     std::int64_t units, float* to) {
  if (!from) return;
  for (std::int64_t b = begin; b < end; ++b, to += units)
    for (std::int64_t j = 0; j < units; ++j) to[j] += from.row(b)[j];
}
inline void store_rows(const float* from, std::int64_t begin, std::int64_t end, std::int64_t units,
                       const StateView<float>& to) {
  if (!to) return;
  for (std::int64_t b = begin; b < end; ++b, from += units) std::copy_n(from, units, to.row(b));
}

}  // namespace lockstep::onednn
