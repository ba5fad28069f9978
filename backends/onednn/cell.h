#pragma once

#include <cstdint>
#include <string>

#include "backends/onednn/api.h"
#include "backends/onednn/execution.h"
#include "backends/spec.h"
#include "backends/weights.h"

namespace lockstep::onednn {

/// Whether the candidate's bias comes in two parts, of the input and of the state: lbr_gru.
bool has_bias_of_state(const RecurrentSpec&);
/// Of oneDNN's bias [rows, units].
std::int64_t bias_rows(const RecurrentSpec&);

/// A recurrent layer's weights as oneDNN wants them; all its primitives share them.
struct CellWeights {
  /// `weights` is read until the primitives are made; `engine` outlives what is made with this.
  CellWeights(const dnnl::engine& engine, const RecurrentSpec&, std::int64_t features, const Weights&);
  /// Gives other values to what was made with this. Allocates nothing.
  void update(const dnnl::stream&, const Weights&);
  dnnl::engine engine;
  RecurrentSpec layer;
  PackedWeights kernel, recurrent_kernel;
  dnnl::memory bias;
};

struct ChunkShape {
  std::int64_t steps, rows, features;
  std::int64_t rows_of_output;  // between two steps in memory, at least `rows`
  bool takes_state, gives_state;
};

/// The primitive of some steps of some rows, and the memory objects that are pointed elsewhere before each
/// run: src_layer [steps, rows, features], dst_layer [steps, rows, units], the states [rows, units].
struct ChunkRun {
  dnnl::memory src_layer, dst_layer, src_iter, src_iter_c, dst_iter, dst_iter_c;
  std::string implementation;
  Execution execution;
};
ChunkRun make_chunk_run(CellWeights&, const ChunkShape&);

}  // namespace lockstep::onednn
