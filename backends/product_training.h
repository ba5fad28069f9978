#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/team.h"
#include "backends/training_backward.h"
#include "backends/training_forward.h"
#include "backends/training_weights.h"

namespace lockstep {

/// Training of the recurrent layers on a library of matrix products. Beside `product` and `product_form` (see
/// product_recurrent.h) `Library` has activate_all<A>(values, n), in place, and
/// transposed_product(k, n, rows, a, a_stride, b, b_stride, c, c_stride, accumulate): c = aᵀ b or c += aᵀ b,
/// with a [rows, k], b [rows, n] and c [k, n].
///
/// The run keeps gates and states of all steps. Back through time go only the gate passes and one product per
/// step with the transposed recurrent kernel; the gradients of the kernels and of the input are one product
/// each over all steps. Threads take slices of the batch; what they find for the weights is added up in their
/// order.
template <class Library>
class ProductTraining : public TrainableLayer {
 public:
  ProductTraining(const Problem& problem, const Weights& weights)
      : problem_(problem),
        layer_(*as_recurrent(problem)),
        packed_(layer_, problem.shape.features, weights),
        gates_stride_(training::padded(packed_.order().blocks * layer_.units)),
        state_stride_(training::padded(layer_.units)),
        zeros_(layer_.units),
        team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, problem.shape.batch))) {
    std::fill(zeros_.begin(), zeros_.end(), 0.0F);
    choose_passes();
    for (int i = 0; i < team_.threads(); ++i)
      workers_.emplace_back(*this, slice_of(problem.shape.batch, team_.threads(), i));
  }

  void run(const Io& io) override {
    in_workers([&](Worker& worker) { go_forward(io, worker); });
  }
  void backward(const Io& io, const Gradients& gradients) override {
    in_workers([&](Worker& worker) { go_back(io, gradients, worker); });
    if (gradients.weights != nullptr)
      team_.run([&](int index) { add_up_weight_gradients(*gradients.weights, index); });
  }
  void update(const Weights& weights) override { packed_.pack(weights); }

  std::string method() const override {
    const auto rows = workers_.front().slice.size();
    std::string text(Library::product_form(rows, layer_.units * gate_count(layer_), layer_.units));
    text += ", saved gates";
    if (team_.threads() > 1) text += ", " + std::to_string(team_.threads()) + " batch slices";
    return text;
  }

 private:
  /// The memory of one thread. Sequences lie in [time_steps, rows] in the order of the input; states have one
  /// step more, as that before a step and that after it are neighbours.
  struct Worker {
    Worker(const ProductTraining& layer, Slice rows) : slice(rows) {
      const auto& [batch, time_steps, features] = layer.problem_.shape;
      const std::int64_t n = slice.size();
      const std::int64_t gates_size = n * layer.gates_stride_, state_size = n * layer.state_stride_;
      chunk = chunk_of(layer, n, 512 * 1024, 32);
      chunk_back = chunk_of(layer, n, 512 * 1024, 256);
      const bool is_lstm = layer.layer_.cell == Cell::lstm;
      const bool resets_before = layer.layer_.cell == Cell::gru && !layer.layer_.reset_after;
      staged = Buffer<float>(time_steps * n * features);
      of_staged = Buffer<float>(chunk_back * n * features);
      gates = Buffer<float>(time_steps * gates_size);
      of_gates = Buffer<float>(chunk_back * gates_size);
      h = Buffer<float>((time_steps + 1) * state_size);
      c = Buffer<float>(is_lstm ? (time_steps + 1) * state_size : 0);
      activated_c = Buffer<float>(is_lstm ? time_steps * state_size : 0);
      reset_h = Buffer<float>(resets_before ? time_steps * state_size : 0);
      of_reset_h = Buffer<float>(state_size);
      dh = Buffer<float>(state_size);
      dc = Buffer<float>(state_size);
      shown = Buffer<float>(state_size);
      of_kernel = Buffer<float>(features * layer.packed_.kernel().stride());
      of_recurrent_kernel = Buffer<float>(layer.layer_.units * layer.packed_.recurrent_kernel().stride());
      of_bias = Buffer<float>(layer.gates_stride_);
    }
    /// Time steps of `rows` rows whose gates stay in cache, but for as many rows as make a good product.
    static std::int64_t chunk_of(const ProductTraining& layer, std::int64_t rows, std::int64_t cached_bytes,
                                 std::int64_t fewest_rows) {
      const auto step_bytes = rows * layer.gates_stride_ * static_cast<std::int64_t>(sizeof(float));
      return std::min(layer.problem_.shape.time_steps,
                      std::max({std::int64_t{1}, cached_bytes / step_bytes, fewest_rows / rows}));
    }
    Slice slice;
    std::int64_t chunk = 1, chunk_back = 1;  // time steps of one product, of the run and of the way back
    Buffer<float> staged, gates, h, c, activated_c, reset_h;
    Buffer<float> of_gates, of_staged;        // of one chunk
    Buffer<float> of_reset_h, dh, dc, shown;  // of one step; shown: the gradient of what masked steps showed
    Buffer<float> of_kernel, of_recurrent_kernel, of_bias;
  };
  /// Rows at one distance.
  struct Rows {
    const float* data;
    std::int64_t stride;
  };

  void choose_passes() {
    with_elementwise(layer_.activation, [&]<Activation a>(ActivationTag<a>) {
      activations_.outer = &Library::template activate_all<a>;
      back_ = &training::simple_rnn_back<a>;
      candidate_back_ = &training::gru_candidate_back<a>;
      if (layer_.cell == Cell::simple_rnn) return;
      with_elementwise(layer_.recurrent_activation, [&]<Activation r>(ActivationTag<r>) {
        activations_.inner = &Library::template activate_all<r>;
        if (layer_.cell == Cell::lstm)
          back_ = &training::lstm_back<a, r>;
        else
          back_ = layer_.reset_after ? &training::gru_after_back<a, r> : &training::gru_before_back<r>;
      });
    });
    if (layer_.cell == Cell::simple_rnn)
      forward_ = &training::simple_rnn;
    else if (layer_.cell == Cell::lstm)
      forward_ = &training::lstm;
    else
      forward_ = layer_.reset_after ? &training::gru_after : &training::gru_before;
  }

  template <class Use>
  void in_workers(Use&& use) {
    team_.run([&](int index) { use(workers_[static_cast<std::size_t>(index)]); });
  }
  bool resets_before() const { return layer_.cell == Cell::gru && !layer_.reset_after; }
  std::int64_t time_of(std::int64_t step) const {
    return layer_.go_backwards ? problem_.shape.time_steps - 1 - step : step;
  }
  /// Before time t of the input, in the order of processing.
  std::int64_t before(std::int64_t t) const { return t + (layer_.go_backwards ? 1 : 0); }
  std::int64_t after(std::int64_t t) const { return t + (layer_.go_backwards ? 0 : 1); }

  TrainingBlock block_of(const Worker& worker, std::int64_t t) const {
    const std::int64_t gates_size = worker.slice.size() * gates_stride_;
    const std::int64_t state_size = worker.slice.size() * state_stride_;
    const auto at = [&](const Buffer<float>& states, std::int64_t i) {
      return states.size() == 0 ? nullptr : states.data() + i * state_size;
    };
    TrainingBlock block;
    block.rows = worker.slice.size();
    block.units = layer_.units;
    block.gates_stride = gates_stride_;
    block.state_stride = state_stride_;
    block.gates = worker.gates.data() + t * gates_size;
    block.h_before = at(worker.h, before(t));
    block.h = at(worker.h, after(t));
    block.c_before = at(worker.c, before(t));
    block.c = at(worker.c, after(t));
    block.activated_c = at(worker.activated_c, t);
    block.reset_h = at(worker.reset_h, t);
    block.of_reset_h = worker.of_reset_h.data();
    block.dh = worker.dh.data();
    block.dc = worker.dc.data();
    block.of_output = zeros_.data();
    return block;
  }

  void load_state(const StateView<const float>& from, const Slice& slice, float* to) const {
    for (std::int64_t b = 0; b < slice.size(); ++b)
      std::copy_n(from ? from.row(slice.begin + b) : zeros_.data(), layer_.units, to + b * state_stride_);
  }
  void store_state(const float* from, const Slice& slice, const StateView<float>& to) const {
    if (!to) return;
    for (std::int64_t b = 0; b < slice.size(); ++b)
      std::copy_n(from + b * state_stride_, layer_.units, to.row(slice.begin + b));
  }

  /// Whether the rows of a slice lie at one distance, time step after time step.
  template <class Real>
  static bool evenly_spaced(const SequenceView<Real>& view, const Slice& slice) {
    return slice.size() == 1 || view.dims[1] == 1 || view.strides[1] == slice.size() * view.strides[0];
  }
  template <class Real>
  static std::int64_t row_stride(const SequenceView<Real>& view, const Slice& slice) {
    return view.strides[slice.size() == 1 ? 1 : 0];
  }
  /// The input as [time_steps, rows, features]: where it lies, or where the run put it.
  Rows input_rows(const Io& io, const Worker& worker) const {
    if (!evenly_spaced(io.input, worker.slice)) return {worker.staged.data(), problem_.shape.features};
    return {io.input.row(worker.slice.begin, 0), row_stride(io.input, worker.slice)};
  }
  void stage_input(const Io& io, const Worker& worker) const {
    if (evenly_spaced(io.input, worker.slice)) return;
    float* to = worker.staged.data();
    for (std::int64_t t = 0; t < problem_.shape.time_steps; ++t)
      for (std::int64_t b = worker.slice.begin; b < worker.slice.end; ++b, to += problem_.shape.features)
        std::copy_n(io.input.row(b, t), problem_.shape.features, to);
  }

  void go_forward(const Io& io, const Worker& worker) const {
    const std::int64_t time_steps = problem_.shape.time_steps;
    const TrainingBlock first_block = block_of(worker, time_of(0));
    load_state(io.initial_h, worker.slice, first_block.h_before);
    if (layer_.cell == Cell::lstm) load_state(io.initial_c, worker.slice, first_block.c_before);
    stage_input(io, worker);
    for (std::int64_t first = 0; first < time_steps; first += worker.chunk) {
      const std::int64_t steps = std::min(worker.chunk, time_steps - first);
      project(io, worker, layer_.go_backwards ? time_steps - first - steps : first, steps);
      for (std::int64_t i = 0; i < steps; ++i) advance(io, worker, first + i);
    }
    const TrainingBlock last_block = block_of(worker, time_of(time_steps - 1));
    store_state(last_block.h, worker.slice, io.final_h);
    if (layer_.cell == Cell::lstm) store_state(last_block.c, worker.slice, io.final_c);
  }

  /// gates [steps, rows, blocks] = bias + input[:, t ... t + steps) · kernel.
  void project(const Io& io, const Worker& worker, std::int64_t t, std::int64_t steps) const {
    const std::int64_t rows = worker.slice.size();
    float* gates = worker.gates.data() + t * rows * gates_stride_;
    for (std::int64_t i = 0; i < steps * rows; ++i)
      std::copy_n(packed_.bias().data(), packed_.bias().size(), gates + i * gates_stride_);
    const Rows x = input_rows(io, worker);
    const auto& kernel = packed_.kernel();
    Library::product(steps * rows, kernel.columns().size(), kernel.rows(), x.data + t * rows * x.stride,
                     x.stride, kernel.data(), kernel.stride(), gates, gates_stride_, true);
  }

  void advance(const Io& io, const Worker& worker, std::int64_t step) const {
    const TrainingBlock block = block_of(worker, time_of(step));
    const std::int64_t units = layer_.units, columns = packed_.recurrent_kernel().columns().size();
    const auto add_recurrent = [&](const float* h, std::int64_t first, std::int64_t n) {
      const auto& kernel = packed_.recurrent_kernel();
      Library::product(block.rows, n, units, h, state_stride_, kernel.data() + first, kernel.stride(),
                       block.gates + packed_.order().first_of_state * units + first, gates_stride_, true);
    };
    if (resets_before()) {
      add_recurrent(block.h_before, 0, 2 * units);
      training::gru_reset(block, activations_);
      add_recurrent(block.reset_h, 2 * units, units);
    } else {
      add_recurrent(block.h_before, 0, columns);
    }
    if (!io.mask) {
      forward_(block, activations_);
    } else {
      for (std::int64_t b = 0; b < block.rows; ++b)
        if (counts(io, worker, b, step))
          forward_(block.row(b), activations_);
        else
          keep_state(block.row(b));
    }
    show(io, worker, block, step);
  }
  bool counts(const Io& io, const Worker& worker, std::int64_t b, std::int64_t step) const {
    return !io.mask || io.mask(worker.slice.begin + b, time_of(step)) != 0;
  }
  void keep_state(const TrainingBlock& row) const {
    std::copy_n(row.h_before, row.units, row.h);
    if (row.c != nullptr) std::copy_n(row.c_before, row.units, row.c);
  }
  /// A masked step shows the output before it again, or zeros.
  void show(const Io& io, const Worker& worker, const TrainingBlock& block, std::int64_t step) const {
    const bool is_last = step + 1 == problem_.shape.time_steps;
    if (!layer_.return_sequences && !is_last && !io.mask) return;
    for (std::int64_t b = 0; b < block.rows; ++b) {
      const std::int64_t row = worker.slice.begin + b;
      float* output = io.output.row(row, layer_.return_sequences ? step : 0);
      if (counts(io, worker, b, step))
        std::copy_n(block.h + b * state_stride_, layer_.units, output);
      else if (layer_.zero_output_for_mask || step == 0)
        std::fill_n(output, layer_.units, 0.0F);
      else if (layer_.return_sequences)
        std::copy_n(io.output.row(row, step - 1), layer_.units, output);
    }
  }

  void go_back(const Io& io, const Gradients& gradients, const Worker& worker) const {
    load_state(gradients.final_h, worker.slice, worker.dh.data());
    load_state(gradients.final_c, worker.slice, worker.dc.data());
    std::fill(worker.shown.begin(), worker.shown.end(), 0.0F);
    std::fill(worker.of_bias.begin(), worker.of_bias.end(), 0.0F);
    for (std::int64_t end = problem_.shape.time_steps; end > 0; end -= worker.chunk_back) {
      const std::int64_t first = std::max<std::int64_t>(0, end - worker.chunk_back);
      const std::int64_t t = std::min(time_of(first), time_of(end - 1));  // the chunk's first, of the input
      for (std::int64_t step = end - 1; step >= first; --step)
        step_back(io, gradients, worker, step, time_of(step) - t);
      if (gradients.weights != nullptr)
        add_weight_gradients(io, worker, t, end - first, end < problem_.shape.time_steps);
      if (gradients.input) find_input_gradient(gradients.input, worker, t, end - first);
    }
    store_state(worker.dh.data(), worker.slice, gradients.initial_h);
    store_state(worker.dc.data(), worker.slice, gradients.initial_c);
  }
  /// The columns that h enters as it is, not reset.
  std::int64_t by_h() const {
    return resets_before() ? 2 * layer_.units : packed_.recurrent_kernel().columns().size();
  }

  TrainingBlock with_output_gradient(const Io& io, const Gradients& gradients, const Worker& worker,
                                     std::int64_t step, std::int64_t slot) const {
    TrainingBlock block = block_of(worker, time_of(step));
    block.of_gates = worker.of_gates.data() + slot * block.rows * gates_stride_;
    const bool is_last = step + 1 == problem_.shape.time_steps;
    const std::int64_t shown = layer_.return_sequences ? step : 0;
    const bool has_gradient = gradients.output && (layer_.return_sequences || is_last);
    if (has_gradient) {
      block.of_output = gradients.output.row(worker.slice.begin, shown);
      block.of_output_stride = gradients.output.strides[0];
    }
    if (!io.mask) return block;
    for (std::int64_t b = 0; has_gradient && b < block.rows; ++b)
      for (std::int64_t j = 0; j < layer_.units; ++j)
        worker.shown[b * state_stride_ + j] += block.of_output[b * block.of_output_stride + j];
    block.of_output = worker.shown.data();
    block.of_output_stride = state_stride_;
    return block;
  }

  /// Step number `step` in the order of processing; its gradients are number `slot` of the chunk.
  void step_back(const Io& io, const Gradients& gradients, const Worker& worker, std::int64_t step,
                 std::int64_t slot) const {
    const TrainingBlock block = with_output_gradient(io, gradients, worker, step, slot);
    if (resets_before()) {
      in_rows_that_count(io, worker, block, step, candidate_back_);
      std::fill_n(block.of_reset_h, block.rows * state_stride_, 0.0F);
      add_through_state(block, 2 * layer_.units, layer_.units, block.of_reset_h);
    }
    in_rows_that_count(io, worker, block, step, back_);
    if (step > 0 || gradients.initial_h) add_through_state(block, 0, by_h(), block.dh);
    if (gradients.weights != nullptr && layer_.use_bias) add_to_bias(block, worker.of_bias.data());
    for (std::int64_t b = 0; io.mask && b < block.rows; ++b)
      if (layer_.zero_output_for_mask || counts(io, worker, b, step))
        std::fill_n(worker.shown.data() + b * state_stride_, layer_.units, 0.0F);
  }
  void in_rows_that_count(const Io& io, const Worker& worker, const TrainingBlock& block, std::int64_t step,
                          training::BackwardPass pass) const {
    if (!io.mask) return pass(block);
    for (std::int64_t b = 0; b < block.rows; ++b)
      if (counts(io, worker, b, step))
        pass(block.row(b));
      else
        std::fill_n(block.of_gates + b * gates_stride_, packed_.bias().size(), 0.0F);
  }
  /// to += of_gates[first ... first + n) · recurrent_kernelᵀ, counted in the columns of that.
  void add_through_state(const TrainingBlock& block, std::int64_t first, std::int64_t n, float* to) const {
    const auto& kernel = packed_.recurrent_kernel();
    Library::product(block.rows, layer_.units, n,
                     block.of_gates + packed_.order().first_of_state * layer_.units + first, gates_stride_,
                     kernel.transposed() + first * kernel.transposed_stride(), kernel.transposed_stride(), to,
                     state_stride_, true);
  }
  void add_to_bias(const TrainingBlock& block, float* of_bias) const {
    const std::int64_t n = packed_.bias().size();
    for (std::int64_t b = 0; b < block.rows; ++b) {
      const float* of_gates = block.of_gates + b * gates_stride_;
#pragma GCC ivdep
      for (std::int64_t j = 0; j < n; ++j) of_bias[j] += of_gates[j];
    }
  }

  /// Of `steps` time steps from t on, whose gradients are in of_gates; added to those of others, if any.
  void add_weight_gradients(const Io& io, const Worker& worker, std::int64_t t, std::int64_t steps,
                            bool accumulate) const {
    const std::int64_t rows = worker.slice.size(), units = layer_.units;
    const Rows x = input_rows(io, worker);
    Library::transposed_product(problem_.shape.features, packed_.kernel().columns().size(), steps * rows,
                                x.data + t * rows * x.stride, x.stride, worker.of_gates.data(), gates_stride_,
                                worker.of_kernel.data(), packed_.kernel().stride(), accumulate);
    const auto by_state = [&](const float* h, std::int64_t first, std::int64_t n) {
      Library::transposed_product(units, n, steps * rows, h, state_stride_,
                                  worker.of_gates.data() + packed_.order().first_of_state * units + first,
                                  gates_stride_, worker.of_recurrent_kernel.data() + first,
                                  packed_.recurrent_kernel().stride(), accumulate);
    };
    const TrainingBlock block = block_of(worker, t);
    by_state(block.h_before, 0, by_h());
    if (resets_before()) by_state(block.reset_h, 2 * units, units);
  }

  void find_input_gradient(const SequenceView<float>& to, const Worker& worker, std::int64_t t,
                           std::int64_t steps) const {
    const std::int64_t features = problem_.shape.features;
    const auto& kernel = packed_.kernel();
    const bool in_place = evenly_spaced(to, worker.slice);
    float* y = in_place ? to.row(worker.slice.begin, t) : worker.of_staged.data();
    Library::product(steps * worker.slice.size(), features, kernel.columns().size(), worker.of_gates.data(),
                     gates_stride_, kernel.transposed(), kernel.transposed_stride(), y,
                     in_place ? row_stride(to, worker.slice) : features, false);
    for (std::int64_t i = t; !in_place && i < t + steps; ++i)
      for (std::int64_t b = worker.slice.begin; b < worker.slice.end; ++b, y += features)
        std::copy_n(y, features, to.row(b, i));
  }

  /// One thread's part of the rows, from all threads in their order.
  void add_up_weight_gradients(Weights& to, int index) const {
    const auto add_up = [&](const training::PackedMatrix& like, Buffer<float> Worker::*part, float* sum) {
      const Slice rows = slice_of(like.rows(), team_.threads(), index);
      for (std::int64_t i = rows.begin; i < rows.end; ++i)
        add_up_row(like.columns(), part, i * like.stride(), sum + i * like.columns().size());
    };
    add_up(packed_.kernel(), &Worker::of_kernel, to.kernel.data());
    add_up(packed_.recurrent_kernel(), &Worker::of_recurrent_kernel, to.recurrent_kernel.data());
    if (!layer_.use_bias || index != 0) return;
    const auto& columns = packed_.kernel().columns();
    add_up_row(columns, &Worker::of_bias, 0, to.bias.data());
    if (packed_.has_two_biases())
      add_up_row(packed_.recurrent_kernel().columns(), &Worker::of_bias,
                 packed_.order().first_of_state * layer_.units, to.bias.data() + columns.size());
  }
  void add_up_row(const training::Columns& columns, Buffer<float> Worker::*part, std::int64_t at,
                  float* sum) const {
    for (const Worker& worker : workers_)
      if (&worker == &workers_.front())
        columns.to_keras((worker.*part).data() + at, sum);
      else
        columns.add_to_keras((worker.*part).data() + at, sum);
  }

  Problem problem_;
  RecurrentSpec layer_;
  training::PackedWeights packed_;
  std::int64_t gates_stride_, state_stride_;
  Buffer<float> zeros_;  // for what is absent
  Team team_;
  std::vector<Worker> workers_;
  training::Activations activations_;
  training::ForwardPass forward_ = nullptr;
  training::BackwardPass back_ = nullptr, candidate_back_ = nullptr;  // the second: gru reset before
};

}  // namespace lockstep
