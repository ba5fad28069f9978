#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "backends/activation.h"
#include "backends/backend.h"
#include "backends/gate_block.h"
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
  ProductRecurrent(const Problem& problem, const Weights& weights)
      : problem_(problem),
        layer_(*as_recurrent(problem)),
        packed_(pack(problem, weights)),
        team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, problem.shape.batch))) {
    choose_passes();
    for (int i = 0; i < team_.threads(); ++i)
      workers_.emplace_back(problem, slice_of(problem.shape.batch, team_.threads(), i), packed_.stride);
  }

  void run(const Io& io) override {
    team_.run([&](int index) { run_worker(io, workers_[static_cast<std::size_t>(index)]); });
  }

  std::string method() const override {
    const auto rows = workers_.front().slice.size();
    std::string text(Library::product_form(rows, layer_.units * gate_count(layer_), layer_.units));
    if (team_.threads() > 1) text += ", " + std::to_string(team_.threads()) + " batch slices";
    return text;
  }

 private:
  /// Weights with rows padded off multiples of 512 bytes, which would fall on few cache sets.
  struct Packed {
    std::int64_t stride = 0;  // of a row of gates * units
    Buffer<float> kernel, recurrent_kernel, bias, candidate_bias;
  };
  /// The memory that one thread works in.
  struct Worker {
    Worker(const Problem& problem, Slice rows, std::int64_t gates_stride) : slice(rows) {
      const auto& [batch, time_steps, features] = problem.shape;
      const std::int64_t n = slice.size(), units = as_recurrent(problem)->units;
      constexpr std::int64_t cached_bytes = 512 * 1024, fewest_rows = 32;
      const auto step_bytes = n * gates_stride * static_cast<std::int64_t>(sizeof(float));
      chunk = std::min(time_steps, std::max({std::int64_t{1}, cached_bytes / step_bytes, fewest_rows / n}));
      staged = Buffer<float>(chunk * n * features);
      projected = Buffer<float>(chunk * n * gates_stride);
      recurrent = Buffer<float>(n * gates_stride);
      h = Buffer<float>(n * units);
      c = Buffer<float>(n * units);
      reset_h = Buffer<float>(n * units);
    }
    Slice slice;
    std::int64_t chunk =
        1;  // time steps whose input projection is computed at once, so that it stays in cache
    Buffer<float> staged, projected, recurrent, h, c, reset_h;
  };

  static std::int64_t padded(std::int64_t columns) { return columns % 128 == 0 ? columns + 16 : columns; }

  static Packed pack(const Problem& problem, const Weights& weights) {
    const RecurrentSpec& layer = *as_recurrent(problem);
    const std::int64_t columns = gate_count(layer) * layer.units;
    Packed packed;
    packed.stride = padded(columns);
    const auto pack_rows = [&](const std::vector<float>& matrix, std::int64_t rows) {
      Buffer<float> out(rows * packed.stride);
      for (std::int64_t i = 0; i < rows; ++i)
        std::copy_n(matrix.data() + i * columns, columns, out.data() + i * packed.stride);
      return out;
    };
    packed.kernel = pack_rows(weights.kernel, problem.shape.features);
    packed.recurrent_kernel = pack_rows(weights.recurrent_kernel, layer.units);
    packed.bias = Buffer<float>(columns);
    packed.candidate_bias = Buffer<float>(layer.units);
    std::fill(packed.bias.begin(), packed.bias.end(), 0.0F);
    std::fill(packed.candidate_bias.begin(), packed.candidate_bias.end(), 0.0F);
    if (!layer.use_bias) return packed;
    std::copy_n(weights.bias.data(), columns, packed.bias.data());
    if (layer.cell == Cell::gru && layer.reset_after) {
      const float* recurrent_bias = weights.bias.data() + columns;
      for (std::int64_t j = 0; j < 2 * layer.units; ++j) packed.bias[j] += recurrent_bias[j];
      std::copy_n(recurrent_bias + 2 * layer.units, layer.units, packed.candidate_bias.data());
    }
    return packed;
  }

  void choose_passes() {
    with_elementwise(layer_.activation, [&]<Activation a>(ActivationTag<a>) {
      if (layer_.cell == Cell::simple_rnn) {
        pass_ = &Library::template simple_rnn<a>;
        return;
      }
      with_elementwise(layer_.recurrent_activation, [&]<Activation r>(ActivationTag<r>) {
        reset_pass_ = &Library::template gru_reset<r>;
        if (layer_.cell == Cell::lstm)
          pass_ = &Library::template lstm<a, r>;
        else
          pass_ =
              layer_.reset_after ? &Library::template gru_after<a, r> : &Library::template gru_before<a, r>;
      });
    });
  }

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
    const std::int64_t columns = gate_count(layer_) * layer_.units;
    for (std::int64_t i = 0; i < steps * rows; ++i)
      std::copy_n(packed_.bias.data(), columns, worker.projected.data() + i * packed_.stride);
    Library::product(steps * rows, columns, features, x, x_stride, packed_.kernel.data(), packed_.stride,
                     worker.projected.data(), packed_.stride, true);
  }

  /// Step number `step` in the order of processing; its input projection is number `slot` of the chunk.
  void advance(const Io& io, const Worker& worker, std::int64_t step, std::int64_t slot) const {
    const std::int64_t rows = worker.slice.size(), units = layer_.units, columns = gate_count(layer_) * units;
    const std::int64_t shown = layer_.return_sequences ? step : 0;
    GateBlock block;
    block.rows = rows;
    block.units = units;
    block.gates = worker.projected.data() + slot * rows * packed_.stride;
    block.recurrent = worker.recurrent.data();
    block.gates_stride = packed_.stride;
    block.candidate_bias = packed_.candidate_bias.data();
    block.h = worker.h.data();
    block.c = worker.c.data();
    block.reset_h = worker.reset_h.data();
    block.state_stride = units;
    block.output = io.output.row(worker.slice.begin, shown);
    block.output_stride = io.output.strides[0];

    const auto add_recurrent = [&](const float* h, std::int64_t first, std::int64_t n, float* to,
                                   bool accumulate) {
      Library::product(rows, n, units, h, units, packed_.recurrent_kernel.data() + first, packed_.stride, to,
                       packed_.stride, accumulate);
    };
    if (layer_.cell == Cell::gru && layer_.reset_after) {
      add_recurrent(block.h, 0, columns, worker.recurrent.data(), false);
    } else if (layer_.cell == Cell::gru) {
      add_recurrent(block.h, 0, 2 * units, block.gates, true);
      reset_pass_(block);
      add_recurrent(block.reset_h, 2 * units, units, block.gates + 2 * units, true);
    } else {
      add_recurrent(block.h, 0, columns, block.gates, true);
    }
    if (!io.mask) return pass_(block);
    const std::int64_t t = layer_.go_backwards ? problem_.shape.time_steps - 1 - step : step;
    for (std::int64_t b = 0; b < rows; ++b) {
      if (io.mask(worker.slice.begin + b, t) != 0)
        pass_(block.row(b));
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
  Packed packed_;
  ProductTeam<Library> team_;
  std::vector<Worker> workers_;
  GatePass pass_ = nullptr, reset_pass_ = nullptr;
};

}  // namespace lockstep
