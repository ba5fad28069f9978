#pragma once

#include <cstdint>
#include <vector>

#include "backends/spec.h"
#include "cases/data.h"

namespace lockstep {

/// 0, 1 ... n - 1.
std::vector<std::int64_t> all_of(std::int64_t n);

/// Some rows and steps of a run's data, in any order: element (b, t) is (rows[b], steps[t]) of `given`.
Given arranged(const Given& given, const std::vector<std::int64_t>& rows,
               const std::vector<std::int64_t>& steps, Layout);
Given arranged(const Given& given, const std::vector<std::int64_t>& rows,
               const std::vector<std::int64_t>& steps);
Given copy_of(const Given&);

/// The same problem on data of this size.
Problem sized(Problem, const Shape&);

/// The steps of the input that come in places [begin, end) of processing, in the order of time.
std::vector<std::int64_t> steps_at(const Problem&, std::int64_t begin, std::int64_t end);

/// Whether the step that comes in this place of processing counts.
bool counts(const Problem&, const Given&, std::int64_t b, std::int64_t place);

/// [batch, units], each row of it.
void copy_state(const StateView<const float>& from, const StateView<float>& to);
void copy_sequence(const SequenceView<const float>& from, const SequenceView<float>& to);

/// Steps [begin, end) of a sequence.
template <class Real>
SequenceView<Real> steps_of(const SequenceView<Real>& from, std::int64_t begin, std::int64_t end) {
  return {from.row(0, begin), {from.dims[0], end - begin, from.dims[2]}, from.strides};
}
/// Row b of a sequence, or of a state, as a batch of one.
template <class Real>
SequenceView<Real> row_of(const SequenceView<Real>& from, std::int64_t b) {
  return {from.row(b, 0), {1, from.dims[1], from.dims[2]}, from.strides};
}
template <class Real>
StateView<Real> row_of(const StateView<Real>& from, std::int64_t b) {
  return {from ? from.row(b) : nullptr, {1, from.dims[1]}, from.strides};
}

}  // namespace lockstep
