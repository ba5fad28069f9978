#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "cases/fields.h"
#include "cases/keras/tensor_names.h"

namespace lockstep::keras {

/// The states that the layers of a model return, as tensors and as nodes.
class StateNames {
 public:
  /// Of a layer whose nodes begin at `first`, and that returns so many outputs: its states come behind them,
  /// those of one recurrent layer in it after those of another.
  void name(const ModelSpec&, std::size_t first, const std::string& layer, std::size_t outputs, TensorNames&);
  /// Those that are read.
  void add_nodes(const std::set<std::string>& read, ModelSpec&) const;

 private:
  std::map<std::string, Node> nodes_;  // by their names
};

/// Hands what a layer starts from, whose nodes begin at `first`, on to each of its recurrent ones. Throws
/// std::invalid_argument for more states or fewer than they have.
void give_states(const Fields& wrapper, const std::vector<std::string>& states, ModelSpec&,
                 std::size_t first);

}  // namespace lockstep::keras
