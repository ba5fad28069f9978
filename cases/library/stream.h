#pragma once

#include <memory>

#include "backends/model_stream.h"
#include "cases/library/call_buffers.h"
#include "cases/library/lockstep.h"

namespace lockstep {

struct Stream::Implementation {
  /// Of that model by these options, of which time_steps is set and what the spec's Input takes.
  Implementation(std::weak_ptr<const void> made_of, const ModelSpec&, std::int64_t features,
                 const PrepareOptions&, const Implementation* alike);

  std::weak_ptr<const void> made_of;  // what a LoadedModel holds
  PrepareOptions options;
  ModelStream model;
  CallBuffers buffers;
};

}  // namespace lockstep
