#include "backends/fused/share.h"

#include <algorithm>
#include <span>

#include "backends/fused/tiles.h"

namespace lockstep::fused {
namespace {

using ReadySum = std::array<Sum, most_rows>;

void compute(const ReadySum& sum, const Slice& tile, const SumTile& sums) {
  sum[static_cast<std::size_t>(tile.size() - 1)](sums);
}
void take(SumTile& sums, const std::vector<Operand>& operands) {
  sums.operands = operands.data();
  sums.operand_count = static_cast<std::int64_t>(operands.size());
}
/// The blocks in the order of a step: use(index, place).
template <class Use>
void for_each_in_order(std::size_t blocks, std::int64_t step, Use&& use_block) {
  for (std::size_t place = 0; place < blocks; ++place)
    use_block(static_cast<std::size_t>(
                  block_at(static_cast<std::int64_t>(place), static_cast<std::int64_t>(blocks), step)),
              place);
}
int phases_of(const RecurrentSpec& layer) {
  return layer.cell == Cell::gru && !layer.reset_after ? 2 : 1;
}

}  // namespace

Share::Share(const Problem& problem, const Plan& plan, const Kernels& kernels, CellWeights weights,
             Slice rows, Slice units, States& states, Turns* turns, int index)
    : problem_(problem),
      layer_(*as_recurrent(problem)),
      plan_(plan),
      kernels_(kernels),
      updates_(is_usual(layer_) ? kernels.usual : kernels.any),
      weights_(std::move(weights)),
      rows_(rows),
      units_(units),
      states_(states),
      turns_(turns),
      index_(index),
      rows_at_once_(rows_at_once(rows.size(), weights_of_step(*weights_, plan.folded), kernels)),
      inputs_(static_cast<std::size_t>(rows.size() * plan.chunk)) {
  const std::int64_t n = rows_.size(), behind = kernels.lanes;
  for (const GateProduct& product : *weights_) {
    const std::int64_t width = product.panels.width;
    const std::int64_t tile = most_rows * most_vectors * kernels.lanes + behind;
    Part part;
    part.weights = &product;
    if (!plan.folded) part.projected = Buffer<float>(plan.chunk * n * width + behind);
    part.alone = Buffer<float>(tile);
    if (turns_ != nullptr) part.sums = Buffer<float>(n * width + behind);
    if (product.recurrent_bias.size() > 0) part.input = Buffer<float>(tile);
    const bool of_reset_h = layer_.cell == Cell::gru && !layer_.reset_after && !parts_.empty();
    for (const Block& block : product.panels.blocks)
      part.blocks.push_back(make_ready(part, block, of_reset_h));
    part.ahead = blocks_ahead(part);
    parts_.push_back(std::move(part));
  }
  if (turns_ != nullptr || !WholeSteps::fit(layer_, kernels.lanes)) return;
  std::vector<const float*> projected;
  for (const Part& part : parts_) projected.push_back(plan.folded ? nullptr : part.projected.data());
  whole_steps_.emplace(problem, kernels, *weights_, projected, rows, states);
}

Share::ReadyBlock Share::make_ready(const Part& part, const Block& block, bool of_reset_h) const {
  const GateProduct& weights = *part.weights;
  const Panels& panels = weights.panels;
  const std::int64_t features = problem_.shape.features, units = layer_.units;
  const Operand input = panels.operand(weights.kernel, features, block, inputs_.data(), 0, features);
  ReadyBlock ready;
  ready.block = block;
  ready.sum = kernels_.sum[static_cast<std::size_t>(block.vectors - 1)];
  ready.input.push_back(input);
  for (std::size_t parity = 0; parity < 2; ++parity) {
    const auto& states = of_reset_h ? states_.reset_rows : states_.h_rows[parity];
    Operands &own = ready.own[parity], &rest = ready.rest[parity], &all = ready.all[parity];
    const auto add = [&](Operands& to, std::int64_t first, std::int64_t k) {
      if (k > 0)
        to.push_back(
            panels.operand(weights.recurrent_kernel, units, block, states.data() + rows_.begin, first, k));
    };
    if (plan_.folded && !is_apart(part)) own.push_back(input);
    add(own, units_.begin, units_.size());
    add(rest, 0, units_.begin);
    add(rest, units_.end, units - units_.end);
    all = own;
    all.insert(all.end(), rest.begin(), rest.end());
  }
  return ready;
}

/// As many as take about as long as the states of the others take to come: of each more, the two parts would
/// be read far from each other, and a step would find less of what the one before has left in the caches.
std::size_t Share::blocks_ahead(const Part& part) const {
  constexpr std::int64_t multiply_adds = 512;  // of vectors
  const bool with_gates = is_apart(part);      // each block of the candidate with those of z and r
  std::int64_t begun = 0;
  std::size_t ahead = 0;
  while (turns_ != nullptr && ahead < part.blocks.size() && begun < multiply_adds)
    begun += rows_.size() * units_.size() * (with_gates ? 3 : 1) * part.blocks[ahead++].block.vectors;
  return ahead;
}

void Share::run(const Io& io) {
  load(io);
  finish_turn();
  const std::int64_t time_steps = problem_.shape.time_steps;
  const bool whole_steps = whole_steps_ && !io.mask;
  const std::int64_t chunk = plan_.folded && whole_steps ? time_steps : plan_.chunk;
  for (std::int64_t first = 0; first < time_steps; first += chunk) {
    const std::int64_t steps = std::min(chunk, time_steps - first);
    if (!plan_.folded || !whole_steps) project(io, first, steps);
    if (whole_steps)
      whole_steps_->run(io, first, steps);
    else
      for (std::int64_t slot = 0; slot < steps; ++slot) advance({io, first + slot, slot});
  }
  store(io);
}

std::int64_t Share::time_of(std::int64_t step) const {
  return layer_.go_backwards ? problem_.shape.time_steps - 1 - step : step;
}

void Share::load(const Io& io) {
  const auto load_state = [&](const StateView<const float>& from, const Buffer<float>& to) {
    for (std::int64_t b = rows_.begin; b < rows_.end; ++b) {
      float* row = to.data() + b * states_.stride + units_.begin;
      if (from)
        std::copy_n(from.row(b) + units_.begin, units_.size(), row);
      else
        std::fill_n(row, units_.size(), 0.0F);
    }
  };
  load_state(io.initial_h, states_.h[0]);
  if (layer_.cell == Cell::lstm) load_state(io.initial_c, states_.c);
}

void Share::store(const Io& io) const {
  const std::int64_t time_steps = problem_.shape.time_steps;
  const Buffer<float>& h = states_.h[static_cast<std::size_t>(time_steps % 2)];
  const auto from = [&](const Buffer<float>& state, std::int64_t b) {
    return state.data() + b * states_.stride + units_.begin;
  };
  for (std::int64_t b = rows_.begin; b < rows_.end; ++b) {
    if (io.final_h) std::copy_n(from(h, b), units_.size(), io.final_h.row(b) + units_.begin);
    if (io.final_c && layer_.cell == Cell::lstm)
      std::copy_n(from(states_.c, b), units_.size(), io.final_c.row(b) + units_.begin);
    if (layer_.return_sequences) continue;
    // Shown is the state after the last step that counts; before any, nothing was.
    bool is_zero = false;
    if (io.mask && layer_.zero_output_for_mask) is_zero = io.mask(b, time_of(time_steps - 1)) == 0;
    if (io.mask && !layer_.zero_output_for_mask)
      is_zero = std::count(io.mask.row(b), io.mask.row(b) + time_steps, 0) == time_steps;
    float* output = io.output.row(b, 0) + units_.begin;
    if (is_zero)
      std::fill_n(output, units_.size(), 0.0F);
    else
      std::copy_n(from(h, b), units_.size(), output);
  }
}

/// Finds the rows of the input for these steps and, unless folded, multiplies them by the kernel.
void Share::project(const Io& io, std::int64_t first, std::int64_t steps) {
  auto next = inputs_.begin();
  for (std::int64_t step = first; step < first + steps; ++step)
    for (std::int64_t b = rows_.begin; b < rows_.end; ++b) *next++ = io.input.row(b, time_of(step));
  if (plan_.folded) return;
  for (const Part& part : parts_) {
    const std::int64_t width = part.weights->panels.width;
    const std::int64_t at_once = rows_at_once(steps * rows_.size(), part.weights->kernel.size(), kernels_);
    for (const ReadyBlock& ready : part.blocks)
      for_each_tile(steps * rows_.size(), at_once, [&](const Slice& tile) {
        SumTile sums;
        sums.start = part.weights->bias.data() + ready.block.column;
        take(sums, ready.input);
        sums.row = tile.begin;
        sums.sums = part.projected.data() + tile.begin * width + ready.block.column;
        sums.sums_stride = width;
        compute(ready.sum, tile, sums);
      });
  }
}

void Share::advance(const Step& step) {
  switch (layer_.cell) {
    case Cell::simple_rnn:
      return advance_one_product(step, updates_.simple_rnn);
    case Cell::lstm:
      return advance_one_product(step, updates_.lstm);
    case Cell::gru:
      return layer_.reset_after ? advance_gru_after(step) : advance_gru_before(step);
  }
}

void Share::advance_one_product(const Step& step, Update update_cell) {
  Part& gates = parts_[0];
  begin_with_own(gates, step);
  wait(step.number, 0);
  for_each_in_order(gates.blocks.size(), step.number, [&](std::size_t i, std::size_t place) {
    const ReadyBlock& ready = gates.blocks[i];
    for_each_tile(rows_.size(), rows_at_once_, [&](const Slice& tile) {
      update(tile_of_gates(ready, tile, step, place < gates.ahead), update_cell, ready.block, tile, step);
    });
  });
  finish_turn();
}

/// A block of the candidate has the units of two blocks of z and r.
void Share::advance_gru_after(const Step& step) {
  Part &gates = parts_[0], &candidate = parts_[1];
  const auto halves = [&](std::size_t i) {
    return std::span(gates.blocks).subspan(2 * i, std::min<std::size_t>(2, gates.blocks.size() - 2 * i));
  };
  for_each_in_order(candidate.blocks.size(), step.number, [&](std::size_t i, std::size_t place) {
    if (place >= candidate.ahead) return;
    for (const ReadyBlock& half : halves(i)) begin_with_own(gates, half, step);
    begin_with_own(candidate, candidate.blocks[i], step);
  });
  wait(step.number, 0);
  for_each_in_order(candidate.blocks.size(), step.number, [&](std::size_t i, std::size_t place) {
    const bool is_begun = place < candidate.ahead;
    const ReadyBlock& whole = candidate.blocks[i];
    for_each_tile(rows_.size(), rows_at_once_, [&](const Slice& tile) {
      const Sums recurrent = sums_of(candidate, whole, tile, step, is_begun);
      const Sums input = input_of(candidate, whole, tile, step);
      for (const ReadyBlock& half : halves(i)) {
        const std::int64_t behind = half.block.first - whole.block.first;
        UpdateTile one = tile_of_gates(half, tile, step, is_begun);
        one.candidate = input.data + behind;
        one.candidate_stride = input.stride;
        one.recurrent_candidate = recurrent.data + behind;
        one.recurrent_candidate_stride = recurrent.stride;
        update(one, updates_.gru_after, half.block, tile, step);
      }
    });
  });
  finish_turn();
}

void Share::advance_gru_before(const Step& step) {
  Part &gates = parts_[0], &candidate = parts_[1];
  begin_with_own(gates, step);
  wait(step.number, 0);
  for_each_in_order(gates.blocks.size(), step.number, [&](std::size_t i, std::size_t place) {
    for_each_tile(rows_.size(), rows_at_once_, [&](const Slice& tile) {
      updates_.gru_reset(tile_of_gates(gates.blocks[i], tile, step, place < gates.ahead));
    });
  });
  finish_turn();
  begin_with_own(candidate, step);
  wait(step.number, 1);
  for_each_in_order(candidate.blocks.size(), step.number, [&](std::size_t i, std::size_t place) {
    const ReadyBlock& ready = candidate.blocks[i];
    for_each_tile(rows_.size(), rows_at_once_, [&](const Slice& tile) {
      const Sums sums = sums_of(candidate, ready, tile, step, place < candidate.ahead);
      UpdateTile one = update_tile(ready.block, tile, step);
      one.candidate = sums.data;
      one.candidate_stride = sums.stride;
      update(one, updates_.gru_before, ready.block, tile, step);
    });
  });
  finish_turn();
}

/// What the sums of a tile begin with.
void Share::begin(SumTile& sums, const Part& part, const ReadyBlock& ready, const Slice& tile,
                  const Step& step) const {
  const GateProduct& weights = *part.weights;
  if (is_apart(part)) {
    sums.start = weights.recurrent_bias.data() + ready.block.column;
  } else if (plan_.folded) {
    sums.start = weights.bias.data() + ready.block.column;
  } else {
    const std::int64_t width = weights.panels.width;
    sums.start = part.projected.data() + (step.slot * rows_.size() + tile.begin) * width + ready.block.column;
    sums.start_stride = width;
  }
  sums.row = tile.begin;
}

/// What can be done of these blocks before waiting for the others.
void Share::begin_with_own(Part& part, const Step& step) {
  for_each_in_order(part.blocks.size(), step.number, [&](std::size_t i, std::size_t place) {
    if (place < part.ahead) begin_with_own(part, part.blocks[i], step);
  });
}
void Share::begin_with_own(Part& part, const ReadyBlock& ready, const Step& step) {
  const std::int64_t width = part.weights->panels.width;
  for_each_tile(rows_.size(), rows_at_once_, [&](const Slice& tile) {
    SumTile sums;
    begin(sums, part, ready, tile, step);
    take(sums, ready.own[static_cast<std::size_t>(step.number % 2)]);
    sums.sums = part.sums.data() + tile.begin * width + ready.block.column;
    sums.sums_stride = width;
    compute(ready.sum, tile, sums);
  });
}

Share::Sums Share::sums_of(Part& part, const ReadyBlock& ready, const Slice& tile, const Step& step,
                           bool is_begun) {
  const auto parity = static_cast<std::size_t>(step.number % 2);
  SumTile sums;
  if (is_begun) {
    const std::int64_t width = part.weights->panels.width;
    sums.sums = part.sums.data() + tile.begin * width + ready.block.column;
    sums.sums_stride = width;
    sums.start = sums.sums;
    sums.start_stride = width;
    sums.row = tile.begin;
    take(sums, ready.rest[parity]);
  } else {
    begin(sums, part, ready, tile, step);
    take(sums, ready.all[parity]);
    sums.sums = part.alone.data();
    sums.sums_stride = ready.block.vectors * kernels_.lanes;
  }
  compute(ready.sum, tile, sums);
  return {sums.sums, sums.sums_stride};
}

/// Of a part whose recurrent sums are apart.
Share::Sums Share::input_of(Part& part, const ReadyBlock& ready, const Slice& tile, const Step& step) {
  const GateProduct& weights = *part.weights;
  const std::int64_t width = weights.panels.width;
  if (!plan_.folded)
    return {part.projected.data() + (step.slot * rows_.size() + tile.begin) * width + ready.block.column,
            width};
  SumTile sums;
  sums.start = weights.bias.data() + ready.block.column;
  take(sums, ready.input);
  sums.row = tile.begin;
  sums.sums = part.input.data();
  sums.sums_stride = ready.block.vectors * kernels_.lanes;
  compute(ready.sum, tile, sums);
  return {sums.sums, sums.sums_stride};
}

UpdateTile Share::tile_of_gates(const ReadyBlock& ready, const Slice& tile, const Step& step, bool is_begun) {
  const Sums sums = sums_of(parts_[0], ready, tile, step, is_begun);
  UpdateTile one = update_tile(ready.block, tile, step);
  one.gates = sums.data;
  one.gates_stride = sums.stride;
  return one;
}

UpdateTile Share::update_tile(const Block& block, const Slice& tile, const Step& step) const {
  UpdateTile one;
  const std::int64_t b = rows_.begin + tile.begin, at = b * states_.stride + block.first;
  const auto before = static_cast<std::size_t>(step.number % 2);
  one.rows = tile.size();
  one.units = block.units;
  one.h = states_.h[before].data() + at;
  one.next_h = states_.h[1 - before].data() + at;
  one.c = states_.c.data() + at;
  one.z = one.c;
  one.reset_h = states_.reset_h.data() + at;
  one.state_stride = states_.stride;
  if (layer_.return_sequences) {
    one.output = step.io.output.row(b, step.number) + block.first;
    one.output_stride = step.io.output.strides[0];
  }
  one.activation = layer_.activation;
  one.recurrent_activation = layer_.recurrent_activation;
  return one;
}

void Share::update(const UpdateTile& all, Update update_cell, const Block& block, const Slice& tile,
                   const Step& step) const {
  if (!step.io.mask) return update_cell(all);
  for (std::int64_t i = 0; i < all.rows; ++i) {
    const std::int64_t b = rows_.begin + tile.begin + i;
    if (step.io.mask(b, time_of(step.number)) != 0)
      update_cell(all.row(i));
    else
      show_masked(all.row(i), b, block.first, step);
  }
}

/// A masked step keeps the state and shows the output before it again, or zeros.
void Share::show_masked(const UpdateTile& one, std::int64_t b, std::int64_t first, const Step& step) const {
  std::copy_n(one.h, one.units, one.next_h);
  if (one.output == nullptr) return;
  if (layer_.zero_output_for_mask || step.number == 0)
    std::fill_n(one.output, one.units, 0.0F);
  else
    std::copy_n(step.io.output.row(b, step.number - 1) + first, one.units, one.output);
}

void Share::wait(std::int64_t step, int phase) {
  if (turns_ != nullptr)
    turns_->wait_for_others(index_, static_cast<std::uint32_t>(phases_of(layer_) * step + phase + 1));
}
void Share::finish_turn() {
  if (turns_ != nullptr) turns_->finish(index_);
}

}  // namespace lockstep::fused
