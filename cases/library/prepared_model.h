#pragma once

#include "backends/model.h"
#include "cases/library/call_buffers.h"
#include "cases/library/lockstep.h"

namespace lockstep {

struct PreparedModel::Implementation {
  /// PrepareOptions::time_steps is set.
  Implementation(const ModelSpec&, std::int64_t features, const PrepareOptions&);

  Model model;
  CallBuffers buffers;
  BasicModelIo<float> io;
};

}  // namespace lockstep
