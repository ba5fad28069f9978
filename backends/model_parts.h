#pragma once

#include <vector>

#include "backends/model_spec.h"

namespace lockstep {

/// Which nodes of a model lead to none of its outputs, and need not: parts of a layer made of layers of which
/// another part is read, as the half of a Bidirectional or an output of a model within the model; and what
/// they alone read. Needs `order`, `reads` and `used` of the graph.
std::vector<bool> unread_parts(const ModelSpec&, const ModelGraph&);

}  // namespace lockstep
