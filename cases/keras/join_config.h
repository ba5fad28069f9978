#pragma once

#include "cases/keras/layer_config.h"

/// Of the layers that join or reshape what others return: what is taken of a config.
namespace lockstep::keras {

LayerConfig read_concatenate(Fields& config, Remarks&);
template <Merge merge>
LayerConfig read_merge(Fields&, Remarks&) {
  return {MergeSpec{merge}, {}, ""};
}
LayerConfig read_reshape(Fields& config, Remarks&);
LayerConfig read_flatten(Fields& config, Remarks&);

}  // namespace lockstep::keras
