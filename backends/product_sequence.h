#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/product_cell.h"
#include "backends/product_team.h"
#include "backends/turns.h"

namespace lockstep {

/// Recurrent layers on a single sequence by a library of matrix products: see product_recurrent.h for
/// `Library`. Threads take slices of the units, each with its own columns of the weights, and wait for the
/// others' part of the state at every step.
template <class Library>
class ProductSequence : public Layer {
 public:
  /// For problems of batch 1, with as many threads as there are units at most.
  ProductSequence(const Problem& problem, const Weights& weights, int threads)
      : problem_(problem),
        layer_(*as_recurrent(problem)),
        h_{Buffer<float>(layer_.units), Buffer<float>(layer_.units)},
        reset_h_(layer_.units),
        turns_(threads),
        team_(threads) {
    for (int i = 0; i < threads; ++i)
      workers_.emplace_back(problem, weights, slice_of(layer_.units, threads, i));
  }

  void run(const Io& io) override {
    turns_.reset();
    if (io.initial_h)
      std::copy_n(io.initial_h.row(0), layer_.units, h_[0].data());
    else
      std::fill(h_[0].begin(), h_[0].end(), 0.0F);
    team_.run([&](int index) {
      try {
        run_worker(io, index);
      } catch (...) {  // the others would wait for ever
        turns_.abandon(index);
        throw;
      }
    });
  }

  std::string method() const override {
    std::string text(Library::product_form(1, workers_.front().cell.columns(), layer_.units));
    return text + ", " + std::to_string(team_.threads()) + " slices of units";
  }

 private:
  /// One thread's units, and the memory that it works in.
  struct Worker {
    Worker(const Problem& problem, const Weights& weights, const Slice& units)
        : cell(problem, weights, units),
          chunk(cell.chunk_of(problem.shape.time_steps, 1)),
          projected(chunk * cell.stride()),
          recurrent(cell.stride()),
          h(units.size()),
          c(units.size()) {}
    /// Of these units: from a state of all, or zeros; and to one, if it is asked for.
    void load(const StateView<const float>& from, const Buffer<float>& to) const {
      if (from)
        std::copy_n(from.row(0) + cell.units().begin, to.size(), to.data());
      else
        std::fill(to.begin(), to.end(), 0.0F);
    }
    void store(const Buffer<float>& from, const StateView<float>& to) const {
      if (to) std::copy_n(from.data(), from.size(), to.row(0) + cell.units().begin);
    }
    ProductCell<Library> cell;
    std::int64_t chunk;  // time steps
    Buffer<float> projected, recurrent, h, c;
  };

  void run_worker(const Io& io, int index) {
    const Worker& worker = workers_[static_cast<std::size_t>(index)];
    worker.load(io.initial_h, worker.h);
    worker.load(io.initial_c, worker.c);
    const std::int64_t time_steps = problem_.shape.time_steps;
    std::uint32_t turn = 0;
    for (std::int64_t first = 0; first < time_steps; first += worker.chunk) {
      const std::int64_t steps = std::min(worker.chunk, time_steps - first);
      const std::int64_t t = layer_.go_backwards ? time_steps - first - steps : first;
      worker.cell.project(steps, io.input.row(0, t), io.input.strides[1], worker.projected.data());
      for (std::int64_t i = 0; i < steps; ++i)
        advance(io, index, first + i, layer_.go_backwards ? steps - 1 - i : i, turn);
    }
    worker.store(worker.h, io.final_h);
    if (layer_.cell == Cell::lstm) worker.store(worker.c, io.final_c);
  }

  /// Step number `step` in the order of processing; its input projection is number `slot` of the chunk.
  void advance(const Io& io, int index, std::int64_t step, std::int64_t slot, std::uint32_t& turn) {
    const Worker& worker = workers_[static_cast<std::size_t>(index)];
    const std::int64_t first = worker.cell.units().begin;
    const float* h = h_[step % 2].data();
    float* next_h = h_[(step + 1) % 2].data() + first;
    GateBlock block =
        worker.cell.block(1, worker.projected.data() + slot * worker.cell.stride(), worker.recurrent.data());
    block.h = worker.h.data();
    block.c = worker.c.data();
    block.reset_h = reset_h_.data() + first;
    block.state_stride = block.units;
    block.output = next_h;
    block.output_stride = block.units;
    const auto meet = [&] {
      turns_.finish(index);
      turns_.wait_for_others(index, ++turn);
    };
    worker.cell.add_recurrent(block, worker.recurrent.data(), h, reset_h_.data(), meet);
    const bool counts =
        !io.mask || io.mask(0, layer_.go_backwards ? problem_.shape.time_steps - 1 - step : step) != 0;
    if (counts)
      worker.cell.finish(block);
    else
      std::copy_n(worker.h.data(), block.units, next_h);
    show(io, first, step, counts ? block.h : nullptr, block.units);
    if (step + 1 < problem_.shape.time_steps) meet();
  }

  /// From `h`, or, of a masked step, the output before it again, or zeros.
  void show(const Io& io, std::int64_t first, std::int64_t step, const float* h, std::int64_t units) const {
    float* output = io.output.row(0, layer_.return_sequences ? step : 0) + first;
    if (h != nullptr)
      std::copy_n(h, units, output);
    else if (layer_.zero_output_for_mask || step == 0)
      std::fill_n(output, units, 0.0F);
    else if (layer_.return_sequences)
      std::copy_n(io.output.row(0, step - 1) + first, units, output);
  }

  Problem problem_;
  RecurrentSpec layer_;
  Buffer<float> h_[2];     // of all units: what a step reads, and what it writes for the next
  Buffer<float> reset_h_;  // likewise: gru with reset_after=False
  Turns turns_;
  std::vector<Worker> workers_;
  ProductTeam<Library> team_;  // last: its threads use all of the above
};

}  // namespace lockstep
