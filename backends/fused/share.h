#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "backends/backend.h"
#include "backends/fused/cell_weights.h"
#include "backends/fused/kernels.h"
#include "backends/fused/plan.h"
#include "backends/fused/states.h"
#include "backends/fused/whole_steps.h"
#include "backends/turns.h"

namespace lockstep::fused {

/// What one thread computes of a recurrent layer: some rows of the batch or some of the units, through the
/// whole sequence. Threads that divide the units share the states and take turns.
class Share {
 public:
  using CellWeights = std::shared_ptr<const std::vector<GateProduct>>;
  /// `states` and `turns` outlive it; no turns: it needs nothing of the others.
  Share(const Problem&, const Plan&, const Kernels&, CellWeights, Slice rows, Slice units, States& states,
        Turns* turns, int index);

  void run(const Io&);

 private:
  /// What is added to the sums of a block, made once: small steps take less time than to make it.
  using Operands = std::vector<Operand>;
  struct ReadyBlock {
    Block block;
    std::array<Sum, most_rows> sum{};        // by rows
    std::array<Operands, 2> own, rest, all;  // by the parity of the step; rest: what the others compute
    Operands input;                          // alone, where it is kept apart
  };
  /// A gate product at work.
  struct Part {
    const GateProduct* weights = nullptr;
    std::vector<ReadyBlock> blocks;
    std::size_t ahead = 0;    // so many of them are begun before waiting for the others
    Buffer<float> projected;  // [chunk * rows, width], unless folded: input · kernel + bias
    Buffer<float> alone;      // the sums of one tile
    Buffer<float> sums;       // [rows, width] where threads take turns: those begun ahead
    Buffer<float> input;      // of one tile: input · kernel + bias, where that is kept apart
  };
  struct Step {
    const Io& io;
    std::int64_t number;  // in the order of processing
    std::int64_t slot;    // in the chunk
  };
  /// Some rows of sums.
  struct Sums {
    const float* data;
    std::int64_t stride;
  };

  std::int64_t time_of(std::int64_t step) const;
  bool is_apart(const Part& part) const { return part.weights->recurrent_bias.size() > 0; }
  std::size_t blocks_ahead(const Part&) const;
  ReadyBlock make_ready(const Part&, const Block&, bool of_reset_h) const;
  void load(const Io&);
  void store(const Io&) const;
  void project(const Io&, std::int64_t first, std::int64_t steps);
  void advance(const Step&);
  void advance_one_product(const Step&, Update);
  void advance_gru_after(const Step&);
  void advance_gru_before(const Step&);

  void begin(SumTile&, const Part&, const ReadyBlock&, const Slice& tile, const Step&) const;
  void begin_with_own(Part&, const Step&);
  void begin_with_own(Part&, const ReadyBlock&, const Step&);
  Sums sums_of(Part&, const ReadyBlock&, const Slice& tile, const Step&, bool is_begun);
  Sums input_of(Part&, const ReadyBlock&, const Slice& tile, const Step&);
  UpdateTile update_tile(const Block&, const Slice& tile, const Step&) const;
  /// With the sums of all gates that are activated at once: z and r of a GRU.
  UpdateTile tile_of_gates(const ReadyBlock&, const Slice& tile, const Step&, bool is_begun);
  void update(const UpdateTile&, Update, const Block&, const Slice& tile, const Step&) const;
  void show_masked(const UpdateTile& one, std::int64_t b, std::int64_t first, const Step&) const;
  void wait(std::int64_t step, int phase);
  void finish_turn();

  Problem problem_;
  RecurrentSpec layer_;
  Plan plan_;
  const Kernels& kernels_;
  const Updates& updates_;
  CellWeights weights_;
  Slice rows_, units_;
  States& states_;
  Turns* turns_;
  int index_;
  std::int64_t rows_at_once_;  // of a step whose rows are not run as a whole
  std::vector<Part> parts_;
  std::vector<const float*> inputs_;  // [chunk, rows], of the input
  std::optional<WholeSteps> whole_steps_;
};

}  // namespace lockstep::fused
