#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "backends/model_spec.h"

namespace lockstep {

/// The states of recurrent layers as values of a model.
std::string state_name(const std::string& layer, State);  // "lstm:h"
std::span<const State> states_of(const RecurrentSpec&);   // in Keras' order: lstm h c, gru and simple_rnn h
std::size_t state_count(const RecurrentSpec&);
/// Whether it is a recurrent layer that starts from what other nodes return.
bool reads_states(const Node&);

/// Whether a layer starts from what other nodes return, or its own states are values of the model.
bool hands_states_on(const ModelSpec&, const Node&);

/// What a node returns that is a state of `giver`. Throws std::invalid_argument, without the node's name,
/// where that has no such.
SymbolicShape returned_by(const StateSpec&, const Node& giver);
/// Throws std::invalid_argument, without the layer's name, where it cannot start from what `giver` returns.
void check_initial_state(const RecurrentSpec&, const Node& giver, const SymbolicShape& returned);

}  // namespace lockstep
