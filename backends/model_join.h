#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "backends/model_spec.h"
#include "backends/tensor.h"

namespace lockstep {

/// What a model does with values between its layers by itself, on no backend.
using JoinSpec = std::variant<MergeSpec, ReverseSpec, ReshapeSpec>;
std::optional<JoinSpec> join_of(const Node&);

/// What it returns. Throws std::invalid_argument, without a layer's name, for shapes that it does not take.
SymbolicShape returned_by(const JoinSpec&, std::span<const SymbolicShape> given);

bool multiplies(const JoinSpec&);

/// One input of a join among all of them.
struct JoinInput {
  std::size_t index = 0, count = 1;
  std::int64_t features_before = 0;  // of those with a lower index
};
/// Takes an input into the output; those with a lower index come before it. Views are
/// [batch, time_steps or 1, features] and do not overlap.
template <class Real>
void join(const JoinSpec&, const JoinInput&, const SequenceView<const Real>& from,
          const SequenceView<Real>& to);
/// The gradient by an input, from that by the output; of a mul it is yet to be multiplied with the others.
template <class Real>
void join_back(const JoinSpec&, const JoinInput&, const SequenceView<const Real>& by_output,
               const SequenceView<Real>& by_input);
/// to *= by, value by value.
template <class Real>
void multiply(const SequenceView<const Real>& by, const SequenceView<Real>& to);

}  // namespace lockstep
