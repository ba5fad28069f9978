#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/spec.h"
#include "cases/pytorch/safetensors.h"

namespace lockstep::pytorch {

/// nn.Linear, or nn.RNN, nn.LSTM or nn.GRU, or a cell of these, as its tensors tell; an nn.Embedding is taken
/// as an nn.Linear without a bias, which has the same tensor.
struct Module {
  std::string name;  // as in "lstm" and "net.0"; empty where the tensors' names have no prefix
  bool is_linear = false;
  Cell cell = Cell::lstm;  // of a recurrent one
  bool is_cell = false;    // nn.RNNCell, nn.LSTMCell or nn.GRUCell, which forward() calls at each step
  bool has_bias = true;
  bool bidirectional = false;
  std::int64_t layers = 1;    // one behind another
  std::int64_t features = 1;  // of what it reads
  std::int64_t units = 1;     // of each layer and direction

  std::int64_t output_features() const { return bidirectional ? 2 * units : units; }
};

/// The name of a module's tensor: "lstm.weight_ih_l0".
std::string tensor_name(const Module&, const std::string& tensor);
/// "_l1_reverse": how the names of the tensors of one layer and direction end; of a cell, with nothing.
std::string suffix_of(const Module&, std::int64_t layer, bool reverse);

/// The modules of a state_dict, in the order of their names, each with all of its tensors in the shapes that
/// they take. Throws std::invalid_argument with the name of a tensor that no such module has, that is
/// missing, or whose shape or type no such module takes, and for a module's name that checked_name refuses.
std::vector<Module> find_modules(const Tensors&);

}  // namespace lockstep::pytorch
