#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/product_cell.h"
#include "backends/product_team.h"

namespace lockstep {

/// Recurrent layers on a library that offers matrix products: all static members of `Library`.
/// - `product(rows, n, k, a, a_stride, b, b_stride, c, c_stride, accumulate)`: c = a b or c += a b, with a
/// [rows, k],
///   b [k, n] and c [rows, n]; `product_form(rows, n, k)` names the form it takes.
/// - `begin_thread()`: called once by each thread that will compute products.
/// - The gate passes on a GateBlock: `lstm<A, R>`, `gru_after<A, R>`, `gru_reset<R>`, `gru_before<A, R>`,
///   `simple_rnn<A>` for activation A and recurrent activation R.
///
/// The input projection is one product per chunk of time steps, the recurrent product one per step. Threads
/// take slices of the batch through the whole sequence and never wait for each other; they share the weights.
template <class Library>
class ProductRecurrent : public Layer {
 public:
  /// With as many threads as the batch has rows at most.
  ProductRecurrent(const Problem& problem, const Weights& weights, int threads)
      : problem_(problem),
        layer_(*as_recurrent(problem)),
        cell_(problem, weights, {0, layer_.units}),
        team_(threads) {
    for (int i = 0; i < team_.threads(); ++i)
      workers_.emplace_back(problem.shape, slice_of(problem.shape.batch, team_.threads(), i), cell_);
  }

  void run(const Io& io) override {
    team_.run([&](int index) { run_worker(io, workers_[static_cast<std::size_t>(index)]); });
  }

  std::string method() const override {
    std::string text(Library::product_form(workers_.front().slice.size(), cell_.columns(), layer_.units));
    if (team_.threads() > 1) text += ", " + std::to_string(team_.threads()) + " batch slices";
    return text;
  }

 private:
  /// The memory that one thread works in.
  struct Worker {
    Worker(const Shape& shape, Slice rows, const ProductCell<Library>& cell)
        : slice(rows), chunk(cell.chunk_of(shape.time_steps, rows.size())) {
      const std::int64_t n = slice.size(), units = cell.layer().units;
      staged = Buffer<float>(chunk * n * shape.features);
      projected = Buffer<float>(chunk * n * cell.stride());
      recurrent = Buffer<float>(n * cell.stride());
      h = Buffer<float>(n * units);
      c = Buffer<float>(n * units);
      reset_h = Buffer<float>(n * units);
    }
    Slice slice;
    std::int64_t chunk;  // time steps
    Buffer<float> staged, projected, recurrent, h, c, reset_h;
  };

  void run_worker(const Io& io, Worker& worker) const {
    load_state(io.initial_h, worker, worker.h);
    if (layer_.cell == Cell::lstm) load_state(io.initial_c, worker, worker.c);
    const std::int64_t time_steps = problem_.shape.time_steps;
    for (std::int64_t first = 0; first < time_steps; first += worker.chunk) {
      const std::int64_t steps = std::min(worker.chunk, time_steps - first);
      project(io, worker, layer_.go_backwards ? time_steps - first - steps : first, steps);
      for (std::int64_t i = 0; i < steps; ++i)
        advance(io, worker, first + i, layer_.go_backwards ? steps - 1 - i : i);
    }
    store_state(worker, worker.h, io.final_h);
    if (layer_.cell == Cell::lstm) store_state(worker, worker.c, io.final_c);
  }

  void load_state(const StateView<const float>& from, const Worker& worker, const Buffer<float>& to) const {
    if (!from) return std::fill(to.begin(), to.end(), 0.0F);
    for (std::int64_t b = 0; b < worker.slice.size(); ++b)
      std::copy_n(from.row(worker.slice.begin + b), layer_.units, to.data() + b * layer_.units);
  }
  void store_state(const Worker& worker, const Buffer<float>& from, const StateView<float>& to) const {
    if (!to) return;
    for (std::int64_t b = 0; b < worker.slice.size(); ++b)
      std::copy_n(from.data() + b * layer_.units, layer_.units, to.row(worker.slice.begin + b));
  }

  /// projected [steps, rows, gates * units] = bias + input[:, t ... t + steps) · kernel.
  void project(const Io& io, const Worker& worker, std::int64_t t, std::int64_t steps) const {
    const std::int64_t rows = worker.slice.size(), features = problem_.shape.features;
    const auto [batch_stride, time_stride, one] = io.input.strides;
    const float* x = io.input.row(worker.slice.begin, t);
    std::int64_t x_stride = rows == 1 ? time_stride : batch_stride;
    if (rows > 1 && steps > 1 && time_stride != rows * batch_stride) {  // the rows are not evenly spaced
      float* to = worker.staged.data();
      for (std::int64_t i = 0; i < steps; ++i)
        for (std::int64_t b = 0; b < rows; ++b, to += features)
          std::copy_n(io.input.row(worker.slice.begin + b, t + i), features, to);
      x = worker.staged.data();
      x_stride = features;
    }
    cell_.project(steps * rows, x, x_stride, worker.projected.data());
  }

  /// Step number `step` in the order of processing; its input projection is number `slot` of the chunk.
  void advance(const Io& io, const Worker& worker, std::int64_t step, std::int64_t slot) const {
    const std::int64_t rows = worker.slice.size(), units = layer_.units;
    const std::int64_t shown = layer_.return_sequences ? step : 0;
    GateBlock block =
        cell_.block(rows, worker.projected.data() + slot * rows * cell_.stride(), worker.recurrent.data());
    block.h = worker.h.data();
    block.c = worker.c.data();
    block.reset_h = worker.reset_h.data();
    block.state_stride = units;
    block.output = io.output.row(worker.slice.begin, shown);
    block.output_stride = io.output.strides[0];

    cell_.add_recurrent(block, worker.recurrent.data(), worker.h.data(), worker.reset_h.data(), [] {});
    if (!io.mask) return cell_.finish(block);
    const std::int64_t t = layer_.go_backwards ? problem_.shape.time_steps - 1 - step : step;
    for (std::int64_t b = 0; b < rows; ++b) {
      if (io.mask(worker.slice.begin + b, t) != 0)
        cell_.finish(block.row(b));
      else
        show_masked(io, worker.slice.begin + b, step);
    }
  }

  /// A masked step keeps the state and shows the output before it again, or zeros.
  void show_masked(const Io& io, std::int64_t b, std::int64_t step) const {
    float* output = io.output.row(b, layer_.return_sequences ? step : 0);
    if (layer_.zero_output_for_mask || step == 0)
      std::fill_n(output, layer_.units, 0.0F);
    else if (layer_.return_sequences)
      std::copy_n(io.output.row(b, step - 1), layer_.units, output);
  }

  Problem problem_;
  RecurrentSpec layer_;
  ProductCell<Library> cell_;
  ProductTeam<Library> team_;
  std::vector<Worker> workers_;
};

}  // namespace lockstep
