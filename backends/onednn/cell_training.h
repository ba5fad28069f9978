#pragma once

#include <cstdint>
#include <string>

#include "backends/onednn/api.h"
#include "backends/onednn/cell.h"
#include "backends/onednn/execution.h"

namespace lockstep::onednn {

struct TrainingShape {
  std::int64_t steps, rows, features;
  std::int64_t rows_of_gradients;  // between two steps in memory, at least `rows`; layers lie dense
};

/// What passes through a cell, or its gradients: layers [steps, rows, features or units], states
/// [rows, units], those of c for lstm only.
struct CellMemories {
  dnnl::memory src_layer, dst_layer, src_iter, src_iter_c, dst_iter, dst_iter_c;
};

/// The forward and the backward primitive of all steps of some rows. Memory objects without data are to be
/// pointed somewhere before a run.
struct CellTraining {
  CellMemories values, gradients;
  /// [features, gates, units], [units, gates, units], [bias_rows, units]: backward adds to them.
  dnnl::memory of_kernel, of_recurrent_kernel, of_bias;
  std::string implementation, backward_implementation;
  Execution forward, backward;
};
CellTraining make_cell_training(CellWeights&, const TrainingShape&);

}  // namespace lockstep::onednn
