#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/product_team.h"
#include "backends/training_backward.h"
#include "backends/training_forward.h"
#include "backends/training_slice.h"
#include "backends/training_weights.h"

namespace lockstep {

/// Training of the recurrent layers on a library of matrix products. Beside `product` and `product_form` (see
/// product_recurrent.h) `Library` has activate_all<A>(values, n), in place, and
/// transposed_product(k, n, rows, a, a_stride, b, b_stride, c, c_stride, accumulate): c = aᵀ b or c += aᵀ b,
/// with a [rows, k], b [rows, n] and c [k, n].
///
/// The run keeps gates and states of all steps. Back through time go only the gate passes and one product per
/// step with the transposed recurrent kernel; the gradients of the kernels and of the input are one product
/// each over the chunk of steps that is still in cache. Threads take slices of the batch; what they find for
/// the weights is added up in their order.
template <class Library>
class ProductTraining : public TrainableLayer {
 public:
  ProductTraining(const Problem& problem, const Weights& weights)
      : problem_(problem),
        layer_(*as_recurrent(problem)),
        packed_(layer_, problem.shape.features, weights),
        team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, problem.shape.batch))) {
    choose_passes();
    for (int i = 0; i < team_.threads(); ++i)
      workers_.emplace_back(problem, packed_, slice_of(problem.shape.batch, team_.threads(), i));
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
    const auto rows = workers_.front().rows();
    std::string text(Library::product_form(rows, layer_.units * gate_count(layer_), layer_.units));
    text += ", saved gates";
    if (team_.threads() > 1) text += ", " + std::to_string(team_.threads()) + " batch slices";
    return text;
  }

 private:
  using Worker = training::TrainingSlice;

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

  void go_forward(const Io& io, const Worker& worker) const {
    const std::int64_t time_steps = problem_.shape.time_steps;
    const TrainingBlock first_block = worker.block(worker.time_of(0));
    worker.load_state(io.initial_h, first_block.h_before);
    if (layer_.cell == Cell::lstm) worker.load_state(io.initial_c, first_block.c_before);
    worker.stage_input(io);
    for (std::int64_t first = 0; first < time_steps; first += worker.chunk()) {
      const std::int64_t steps = std::min(worker.chunk(), time_steps - first);
      project(io, worker, layer_.go_backwards ? time_steps - first - steps : first, steps);
      for (std::int64_t i = 0; i < steps; ++i) advance(io, worker, first + i);
    }
    const TrainingBlock last_block = worker.block(worker.time_of(time_steps - 1));
    worker.store_state(last_block.h, io.final_h);
    if (layer_.cell == Cell::lstm) worker.store_state(last_block.c, io.final_c);
  }

  /// gates [steps, rows, blocks] = bias + input[:, t ... t + steps) · kernel.
  void project(const Io& io, const Worker& worker, std::int64_t t, std::int64_t steps) const {
    const std::int64_t rows = worker.rows();
    float* gates = worker.block(t).gates;
    for (std::int64_t i = 0; i < steps * rows; ++i)
      std::copy_n(packed_.bias().data(), packed_.bias().size(), gates + i * worker.gates_stride());
    const Worker::Rows x = worker.input_rows(io, t);
    const auto& kernel = packed_.kernel();
    Library::product(steps * rows, kernel.columns().size(), kernel.rows(), x.data, x.stride, kernel.data(),
                     kernel.stride(), gates, worker.gates_stride(), true);
  }

  void advance(const Io& io, const Worker& worker, std::int64_t step) const {
    const TrainingBlock block = worker.block(worker.time_of(step));
    const std::int64_t units = layer_.units, columns = packed_.recurrent_kernel().columns().size();
    const auto add_recurrent = [&](const float* h, std::int64_t first, std::int64_t n) {
      const auto& kernel = packed_.recurrent_kernel();
      Library::product(block.rows, n, units, h, block.state_stride, kernel.data() + first, kernel.stride(),
                       block.gates + packed_.order().first_of_state * units + first, block.gates_stride,
                       true);
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
        if (worker.counts(io, b, step))
          forward_(block.row(b), activations_);
        else
          keep_state(block.row(b));
    }
    show(io, worker, block, step);
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
      const std::int64_t row = worker.slice().begin + b;
      float* output = io.output.row(row, layer_.return_sequences ? step : 0);
      if (worker.counts(io, b, step))
        std::copy_n(block.h + b * block.state_stride, layer_.units, output);
      else if (layer_.zero_output_for_mask || step == 0)
        std::fill_n(output, layer_.units, 0.0F);
      else if (layer_.return_sequences)
        std::copy_n(io.output.row(row, step - 1), layer_.units, output);
    }
  }

  void go_back(const Io& io, const Gradients& gradients, const Worker& worker) const {
    worker.load_state(gradients.final_h, worker.dh.data());
    worker.load_state(gradients.final_c, worker.dc.data());
    std::fill(worker.shown.begin(), worker.shown.end(), 0.0F);
    std::fill(worker.of_bias.begin(), worker.of_bias.end(), 0.0F);
    for (std::int64_t end = problem_.shape.time_steps; end > 0; end -= worker.chunk_back()) {
      const std::int64_t first = std::max<std::int64_t>(0, end - worker.chunk_back());
      const std::int64_t t =
          std::min(worker.time_of(first), worker.time_of(end - 1));  // the chunk's first, of the input
      for (std::int64_t step = end - 1; step >= first; --step)
        step_back(io, gradients, worker, step, worker.time_of(step) - t);
      const bool is_first_chunk = end == problem_.shape.time_steps;
      if (gradients.weights != nullptr) add_weight_gradients(io, worker, t, end - first, !is_first_chunk);
      if (gradients.input) find_input_gradient(gradients.input, worker, t, end - first);
    }
    worker.store_state(worker.dh.data(), gradients.initial_h);
    worker.store_state(worker.dc.data(), gradients.initial_c);
  }
  /// The columns that h enters as it is, not reset.
  std::int64_t by_h() const {
    return resets_before() ? 2 * layer_.units : packed_.recurrent_kernel().columns().size();
  }

  TrainingBlock with_output_gradient(const Io& io, const Gradients& gradients, const Worker& worker,
                                     std::int64_t step, std::int64_t slot) const {
    TrainingBlock block = worker.block(worker.time_of(step), slot);
    const bool is_last = step + 1 == problem_.shape.time_steps;
    const std::int64_t shown = layer_.return_sequences ? step : 0;
    const bool has_gradient = gradients.output && (layer_.return_sequences || is_last);
    if (has_gradient) {
      block.of_output = gradients.output.row(worker.slice().begin, shown);
      block.of_output_stride = gradients.output.strides[0];
    }
    if (!io.mask) return block;
    for (std::int64_t b = 0; has_gradient && b < block.rows; ++b)
      for (std::int64_t j = 0; j < layer_.units; ++j)
        worker.shown[b * block.state_stride + j] += block.of_output[b * block.of_output_stride + j];
    block.of_output = worker.shown.data();
    block.of_output_stride = block.state_stride;
    return block;
  }

  /// Step number `step` in the order of processing; its gradients are number `slot` of the chunk.
  void step_back(const Io& io, const Gradients& gradients, const Worker& worker, std::int64_t step,
                 std::int64_t slot) const {
    const TrainingBlock block = with_output_gradient(io, gradients, worker, step, slot);
    if (resets_before()) {
      in_rows_that_count(io, worker, block, step, candidate_back_);
      std::fill_n(block.of_reset_h, block.rows * block.state_stride, 0.0F);
      add_through_state(block, 2 * layer_.units, layer_.units, block.of_reset_h);
    }
    in_rows_that_count(io, worker, block, step, back_);
    if (step > 0 || gradients.initial_h) add_through_state(block, 0, by_h(), block.dh);
    if (gradients.weights != nullptr && layer_.use_bias) add_to_bias(block, worker.of_bias.data());
    for (std::int64_t b = 0; io.mask && b < block.rows; ++b)
      if (layer_.zero_output_for_mask || worker.counts(io, b, step))
        std::fill_n(worker.shown.data() + b * block.state_stride, layer_.units, 0.0F);
  }
  void in_rows_that_count(const Io& io, const Worker& worker, const TrainingBlock& block, std::int64_t step,
                          training::BackwardPass pass) const {
    if (!io.mask) return pass(block);
    for (std::int64_t b = 0; b < block.rows; ++b)
      if (worker.counts(io, b, step))
        pass(block.row(b));
      else
        std::fill_n(block.of_gates + b * block.gates_stride, packed_.bias().size(), 0.0F);
  }
  /// to += of_gates[first ... first + n) · recurrent_kernelᵀ, counted in the columns of that.
  void add_through_state(const TrainingBlock& block, std::int64_t first, std::int64_t n, float* to) const {
    const auto& kernel = packed_.recurrent_kernel();
    Library::product(block.rows, layer_.units, n,
                     block.of_gates + packed_.order().first_of_state * layer_.units + first,
                     block.gates_stride, kernel.transposed() + first * kernel.transposed_stride(),
                     kernel.transposed_stride(), to, block.state_stride, true);
  }
  void add_to_bias(const TrainingBlock& block, float* of_bias) const {
    const std::int64_t n = packed_.bias().size();
    for (std::int64_t b = 0; b < block.rows; ++b) {
      const float* of_gates = block.of_gates + b * block.gates_stride;
#pragma GCC ivdep
      for (std::int64_t j = 0; j < n; ++j) of_bias[j] += of_gates[j];
    }
  }

  /// Of `steps` time steps from t on, whose gradients are in of_gates; added to those of others, if any.
  void add_weight_gradients(const Io& io, const Worker& worker, std::int64_t t, std::int64_t steps,
                            bool accumulate) const {
    const std::int64_t rows = worker.rows(), units = layer_.units;
    const Worker::Rows x = worker.input_rows(io, t);
    Library::transposed_product(problem_.shape.features, packed_.kernel().columns().size(), steps * rows,
                                x.data, x.stride, worker.of_gates.data(), worker.gates_stride(),
                                worker.of_kernel.data(), packed_.kernel().stride(), accumulate);
    const auto by_state = [&](const float* h, std::int64_t first, std::int64_t n) {
      Library::transposed_product(units, n, steps * rows, h, worker.state_stride(),
                                  worker.of_gates.data() + packed_.order().first_of_state * units + first,
                                  worker.gates_stride(), worker.of_recurrent_kernel.data() + first,
                                  packed_.recurrent_kernel().stride(), accumulate);
    };
    const TrainingBlock block = worker.block(t);
    by_state(block.h_before, 0, by_h());
    if (resets_before()) by_state(block.reset_h, 2 * units, units);
  }

  void find_input_gradient(const SequenceView<float>& to, const Worker& worker, std::int64_t t,
                           std::int64_t steps) const {
    const std::int64_t features = problem_.shape.features;
    const auto& kernel = packed_.kernel();
    const bool in_place = worker.evenly_spaced(to);
    float* y = in_place ? to.row(worker.slice().begin, t) : worker.of_staged.data();
    Library::product(steps * worker.rows(), features, kernel.columns().size(), worker.of_gates.data(),
                     worker.gates_stride(), kernel.transposed(), kernel.transposed_stride(), y,
                     in_place ? worker.row_stride(to) : features, false);
    for (std::int64_t i = t; !in_place && i < t + steps; ++i)
      for (std::int64_t b = worker.slice().begin; b < worker.slice().end; ++b, y += features)
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
  ProductTeam<Library> team_;
  std::vector<Worker> workers_;  // one per thread
  training::Activations activations_;
  training::ForwardPass forward_ = nullptr;
  training::BackwardPass back_ = nullptr, candidate_back_ = nullptr;  // the second: gru reset before
};

}  // namespace lockstep
