#include "backends/model_join.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lockstep {
namespace {

SymbolicShape shape_of(const MergeSpec& spec, std::span<const SymbolicShape> given) {
  SymbolicShape shape = given.front();
  for (const SymbolicShape& other : given.subspan(1)) {
    const bool alike = other.sequence == shape.sequence && other.time_steps == shape.time_steps;
    if (!alike || (spec.merge != Merge::concat && other.features != shape.features))
      throw std::invalid_argument(fmt::format(
          "reads {} and {}: accepted are {}", to_string(given.front(), "batch"), to_string(other, "batch"),
          spec.merge == Merge::concat ? "shapes that differ in their features alone"
                                      : "values of one shape"));
    if (spec.merge == Merge::concat) shape.features += other.features;
  }
  return shape;
}

SymbolicShape shape_of(const ReverseSpec&, std::span<const SymbolicShape> given) {
  if (!given.front().sequence)
    throw std::invalid_argument(fmt::format("reads {}: accepted is a sequence (batch, time_steps, features)",
                                            to_string(given.front(), "batch")));
  return given.front();
}

SymbolicShape shape_of(const ReshapeSpec& spec, std::span<const SymbolicShape> given) {
  const SymbolicShape& from = given.front();
  const auto refuse = [&](const char* accepted) {
    throw std::invalid_argument(fmt::format("reads {}, its target is ({}): accepted {}",
                                            to_string(from, "batch"), fmt::join(spec.target, ", "),
                                            accepted));
  };
  constexpr std::int64_t largest = std::int64_t{1} << 31;  // whose product with another is no overflow
  const bool is_short = spec.target.size() == 1 || spec.target.size() == 2;
  if (!is_short || std::count(spec.target.begin(), spec.target.end(), -1) > 1)
    refuse("are (features) and (time_steps, features), of which one may be -1");
  for (const std::int64_t size : spec.target)
    if (size != -1 && (size < 1 || size > largest)) refuse("are sizes from 1, or -1 for what is left");
  if (from.sequence && !from.time_steps) refuse("is a sequence of which the time_steps are known");
  const std::int64_t values = (from.sequence ? *from.time_steps : 1) * from.features;
  std::int64_t known = 1;
  for (const std::int64_t size : spec.target)
    if (size != -1) known *= size;
  const bool has_rest = std::count(spec.target.begin(), spec.target.end(), -1) == 1;
  if (has_rest ? values % known != 0 : values != known) refuse("is one of as many values");
  const auto size = [&](std::size_t i) { return spec.target[i] == -1 ? values / known : spec.target[i]; };
  if (spec.target.size() == 1) return {false, std::nullopt, size(0)};
  return {true, size(0), size(1)};
}

template <class Real, class Function>
void for_each_row(const SequenceView<Real>& view, const Function& function) {
  for (std::int64_t t = 0; t < view.dims[1]; ++t)
    for (std::int64_t b = 0; b < view.dims[0]; ++b) function(b, t);
}

/// Where an input's features begin in the output.
std::int64_t first_feature(const MergeSpec& spec, const JoinInput& input) {
  return spec.merge == Merge::concat ? input.features_before : 0;
}

template <class Real>
void take(const MergeSpec& spec, const JoinInput& input, const SequenceView<const Real>& from,
          const SequenceView<Real>& to) {
  const std::int64_t n = from.dims[2], first = first_feature(spec, input);
  const bool is_last = input.index + 1 == input.count;
  for_each_row(from, [&](std::int64_t b, std::int64_t t) {
    const Real* x = from.row(b, t);
    Real* y = to.row(b, t) + first;
    if (spec.merge == Merge::concat || input.index == 0)
      std::copy_n(x, n, y);
    else if (spec.merge == Merge::mul)
      for (std::int64_t j = 0; j < n; ++j) y[j] *= x[j];
    else
      for (std::int64_t j = 0; j < n; ++j) y[j] += x[j];
    if (spec.merge == Merge::ave && is_last)
      for (std::int64_t j = 0; j < n; ++j) y[j] /= static_cast<Real>(input.count);
  });
}

template <class Real>
void take(const ReverseSpec&, const JoinInput&, const SequenceView<const Real>& from,
          const SequenceView<Real>& to) {
  const std::int64_t last = from.dims[1] - 1;
  for_each_row(from, [&](std::int64_t b, std::int64_t t) {
    std::copy_n(from.row(b, last - t), from.dims[2], to.row(b, t));
  });
}

/// The values of each sample in their order, by pieces that are contiguous on both sides.
template <class Real>
void take(const ReshapeSpec&, const JoinInput&, const SequenceView<const Real>& from,
          const SequenceView<Real>& to) {
  const std::int64_t n = from.dims[2], m = to.dims[2], values = from.dims[1] * n;
  for (std::int64_t b = 0; b < from.dims[0]; ++b)
    for (std::int64_t i = 0, size = 0; i < values; i += size) {
      size = std::min(n - i % n, m - i % m);
      std::copy_n(from.row(b, i / n) + i % n, size, to.row(b, i / m) + i % m);
    }
}

template <class Real>
void give_back(const MergeSpec& spec, const JoinInput& input, const SequenceView<const Real>& by_output,
               const SequenceView<Real>& by_input) {
  const std::int64_t n = by_input.dims[2], first = first_feature(spec, input);
  for_each_row(by_input, [&](std::int64_t b, std::int64_t t) {
    Real* x = by_input.row(b, t);
    std::copy_n(by_output.row(b, t) + first, n, x);
    if (spec.merge == Merge::ave)
      for (std::int64_t j = 0; j < n; ++j) x[j] /= static_cast<Real>(input.count);
  });
}

/// What only moves values moves their gradients back.
template <class Real, class Spec>
void give_back(const Spec& spec, const JoinInput& input, const SequenceView<const Real>& by_output,
               const SequenceView<Real>& by_input) {
  take(spec, input, by_output, by_input);
}

}  // namespace

std::optional<JoinSpec> join_of(const Node& node) {
  if (const auto* merge = std::get_if<MergeSpec>(&node.kind)) return *merge;
  if (const auto* reverse = std::get_if<ReverseSpec>(&node.kind)) return *reverse;
  if (const auto* reshape = std::get_if<ReshapeSpec>(&node.kind)) return *reshape;
  return std::nullopt;
}

SymbolicShape returned_by(const JoinSpec& spec, std::span<const SymbolicShape> given) {
  return std::visit([&](const auto& one) { return shape_of(one, given); }, spec);
}

bool multiplies(const JoinSpec& spec) {
  return spec == JoinSpec(MergeSpec{Merge::mul});
}

template <class Real>
void join(const JoinSpec& spec, const JoinInput& input, const SequenceView<const Real>& from,
          const SequenceView<Real>& to) {
  std::visit([&](const auto& one) { take(one, input, from, to); }, spec);
}

template <class Real>
void join_back(const JoinSpec& spec, const JoinInput& input, const SequenceView<const Real>& by_output,
               const SequenceView<Real>& by_input) {
  std::visit([&](const auto& one) { give_back(one, input, by_output, by_input); }, spec);
}

template <class Real>
void multiply(const SequenceView<const Real>& by, const SequenceView<Real>& to) {
  for_each_row(to, [&](std::int64_t b, std::int64_t t) {
    const Real* x = by.row(b, t);
    Real* y = to.row(b, t);
    for (std::int64_t j = 0; j < to.dims[2]; ++j) y[j] *= x[j];
  });
}

template void join<float>(const JoinSpec&, const JoinInput&, const SequenceView<const float>&,
                          const SequenceView<float>&);
template void join<double>(const JoinSpec&, const JoinInput&, const SequenceView<const double>&,
                           const SequenceView<double>&);
template void join_back<float>(const JoinSpec&, const JoinInput&, const SequenceView<const float>&,
                               const SequenceView<float>&);
template void join_back<double>(const JoinSpec&, const JoinInput&, const SequenceView<const double>&,
                                const SequenceView<double>&);
template void multiply<float>(const SequenceView<const float>&, const SequenceView<float>&);
template void multiply<double>(const SequenceView<const double>&, const SequenceView<double>&);

}  // namespace lockstep
