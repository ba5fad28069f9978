#pragma once

#include <optional>
#include <string>

#include "backends/model_spec.h"
#include "cases/keras/recurrent_config.h"

namespace lockstep::keras {

/// Keras' Bidirectional: two recurrent layers on one input.
struct BidirectionalConfig {
  RecurrentStack forward, backward;
  std::string forward_name, backward_name;  // of theirs in a legacy .h5
  std::optional<Merge> merge;               // none: both are returned
  bool return_sequences = false;            // then that of backward is returned in the reverse order
};

/// Takes of a layer what read_layer takes, and refuses what that does; and layers that Keras does not pair.
BidirectionalConfig read_bidirectional(Fields& wrapper, Remarks&);

}  // namespace lockstep::keras
