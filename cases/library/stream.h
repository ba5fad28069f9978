#pragma once

#include "backends/model_stream.h"
#include "cases/library/call_buffers.h"
#include "cases/library/lockstep.h"

namespace lockstep {

struct Stream::Implementation {
  /// The model's Input takes PrepareOptions::time_steps.
  Implementation(const ModelSpec&, std::int64_t features, const PrepareOptions&);

  ModelStream model;
  CallBuffers buffers;
};

}  // namespace lockstep
