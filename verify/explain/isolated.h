#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "backends/spec.h"
#include "backends/weights.h"

namespace lockstep {

/// The gates of a cell in the order of its weights, "update gate z".
std::span<const std::string_view> gates_of(const RecurrentSpec&);

/// What gates do that are not looked at. They all get the same weights, which do the same when transposed, so
/// that only the gate that is looked at can show a wrong order. half_of_state: h / 2, before the activation.
/// constant: 1 / 2. nothing: zero, so that an LSTM's input gate and a GRU's reset gate cannot
/// show.
enum class Plain { half_of_state, constant, nothing };

/// Which weights of the gate that is looked at stay as they are; the rest is plain. A bias may have two rows.
struct Parts {
  bool kernel = true, recurrent_kernel = true;
  bool bias[2] = {true, true};
};

inline constexpr std::int64_t no_gate = -1;

/// The weights with all gates plain but one, or all: no_gate.
Weights isolated(const RecurrentSpec&, const Weights&, std::int64_t gate, const Parts&, Plain);

}  // namespace lockstep
