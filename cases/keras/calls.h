#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "cases/fields.h"
#include "cases/keras/inbound.h"
#include "cases/keras/layer_config.h"

namespace lockstep::keras {

/// How often the layers of a Functional are called, and which of their calls a file means.
class Calls {
 public:
  /// `layers`: the JSON of all.
  Calls(const Json& layers, int keras_major);

  /// Which of its layer's calls returned a tensor, from 0. Keras counts some from 1, as a model has a call of
  /// its own (get_config in keras/src/models/functional.py; _should_skip_first_node in Keras 2's
  /// engine/functional.py). Throws std::invalid_argument for a call that
  /// there is not; of a layer with one alone it is that.
  std::size_t index_of(const TensorRead&) const;

 private:
  struct Layer {
    std::size_t calls = 0;
    bool is_functional = false, is_chain_with_input = false;
  };
  std::map<std::string, Layer> layers_;
  int keras_major_ = 3;
};

/// Of the nodes from `begin` on, or of layers made of layers: that they are a further call of those from
/// `first` on.
template <class Named>
void mark_call(std::vector<Named>& all, std::size_t begin, std::size_t first) {
  for (std::size_t i = begin; i < all.size(); ++i) {
    const Named& of = all[first + i - begin];
    all[i].call_of = of.call_of.empty() ? of.name : of.call_of;
  }
}

/// Of a layer that is called so often, with nodes from `first` on: notes where it can't be trained. Throws
/// std::invalid_argument where it is stateful: each call would start where the one before it ended.
void check_shared(const Fields& wrapper, const ModelSpec&, std::size_t first, std::size_t calls, Remarks&);

/// By which a further call of a layer is known: "dense/call_2"; the first by the layer's name.
std::string call_name(const std::string& layer, std::size_t call);

}  // namespace lockstep::keras
