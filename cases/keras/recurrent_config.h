#pragma once

#include <string>
#include <vector>

#include "cases/keras/layer_config.h"

/// Of the recurrent layers: what is taken of a config.
namespace lockstep::keras {

/// SimpleRNN, LSTM and GRU.
template <Cell cell>
LayerConfig read_recurrent(Fields& config, Remarks&);
/// RNN(LSTMCell(...)) is LSTM(...).
LayerConfig read_rnn(Fields& config, Remarks&);

/// A recurrent layer as those that compute it, each on what the one before it returns: of Keras'
/// RNN(StackedRNNCells([...])), as which it saves RNN([...]), too, one for each cell; else itself. Those that
/// go backwards return their steps in that order, and the next one takes them the other way around, so that a
/// mask is that of the input for all.
struct RecurrentStack {
  std::vector<LayerConfig> layers;
  std::vector<std::string> cells;  // their names in Keras; empty where it is one layer
};
bool is_stacked_rnn(const Json& layer);
/// Takes of a layer what read_layer takes, and refuses what that does.
RecurrentStack read_stacked_rnn(Fields& wrapper, Remarks&);

}  // namespace lockstep::keras
