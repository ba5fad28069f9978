#pragma once

#include <algorithm>
#include <memory>
#include <string>

#include "backends/backend.h"

namespace lockstep {

/// Whether a layer is what a library's own examples compute, which is all that the raw modules know.
inline Support supports_raw(const Problem& problem) {
  const RecurrentSpec* layer = as_recurrent(problem);
  if (layer == nullptr) return Support::no("written for recurrent layers");
  RecurrentSpec usual;
  usual.cell = layer->cell;
  usual.units = layer->units;
  usual.return_sequences = true;
  if (layer->cell == Cell::simple_rnn) usual.recurrent_activation = layer->recurrent_activation;
  if (layer->cell != Cell::gru) usual.reset_after = layer->reset_after;
  if (*layer != usual || problem.extras != Extras{} || problem.exec != Exec{})
    return Support::no("written for Keras' defaults with return_sequences, on one thread");
  return Support::yes();
}

/// What the Steps of each library (see RawLayer) share: sizes, and the way through time. The gates of as many
/// steps as stay in cache are projected at once; their rows lie off multiples of 512 bytes, as do the
/// weights'.
struct RawSteps {
  explicit RawSteps(const Problem& problem)
      : batch(problem.shape.batch),
        time_steps(problem.shape.time_steps),
        features(problem.shape.features),
        units(as_recurrent(problem)->units),
        columns(gate_count(*as_recurrent(problem)) * units),
        stride(columns % 128 == 0 ? columns + 16 : columns),
        chunk(
            std::min(time_steps, std::max({std::int64_t{1}, 512 * 1024 / 4 / (batch * stride), 32 / batch}))),
        zeros(static_cast<std::size_t>(batch * units)) {}

  /// Calls project(x, rows) for the input of each chunk, [rows, features], then advance(row, h, next_h) for
  /// each of its steps: `row` is the step's first of the chunk, h and next_h are [batch, units].
  template <class Project, class Advance>
  void for_each_step(const float* input, float* output, Project&& project, Advance&& advance) const {
    const float* h = zeros.data();
    for (std::int64_t start = 0; start < time_steps; start += chunk) {
      const std::int64_t rows = std::min(chunk, time_steps - start) * batch;
      project(input + start * batch * features, rows);
      for (std::int64_t row = 0; row < rows; row += batch) {
        advance(row, h, output);
        h = output;
        output += batch * units;
      }
    }
  }

  std::int64_t batch, time_steps, features, units, columns, stride, chunk;
  CacheLines<float> zeros;
};

/// A layer of a raw module. `Steps` is constructible from the problem and its weights and has
/// `compute(input, output)`, of [time_steps, batch, features] and [time_steps, batch, units] without gaps,
/// and `form()`.
template <class Steps>
class RawLayer : public Layer {
 public:
  RawLayer(const Problem& problem, const Weights& weights) : steps_(problem, weights) {
    const auto [batch, time_steps, features] = problem.shape;
    input_ = Buffer<float>(batch * time_steps * features);
    output_ = Buffer<float>(batch * time_steps * as_recurrent(problem)->units);
  }
  void run(const Io& io) override {
    if (is_time_major(io.input) && is_time_major(io.output))
      return steps_.compute(io.input.data, io.output.data);
    copy(io.input, time_major(input_.data(), io.input));
    steps_.compute(input_.data(), output_.data());
    copy(time_major(output_.data(), io.output), io.output);
  }
  std::string method() const override { return steps_.form(); }

 private:
  template <class T>
  static bool is_time_major(const SequenceView<T>& view) {
    const auto [batch, time_steps, features] = view.dims;
    return view.strides[1] == batch * features && (batch == 1 || view.strides[0] == features);
  }
  template <class T>
  static SequenceView<float> time_major(float* data, const SequenceView<T>& view) {
    return sequence_view(data, view.dims, Layout::time_major);
  }
  static void copy(const SequenceView<const float>& from, const SequenceView<float>& to) {
    for (std::int64_t b = 0; b < from.dims[0]; ++b)
      for (std::int64_t t = 0; t < from.dims[1]; ++t) std::copy_n(from.row(b, t), from.dims[2], to.row(b, t));
  }

  Steps steps_;
  Buffer<float> input_, output_;  // of sequences that do not lie as the library wants them
};

/// What an adapter is measured against (bench --set overhead): the calls of its library as anyone would write
/// them who needs just this layer, and what the library lacks as the adapter has it. Of the Steps of each
/// cell.
template <class Lstm, class Gru, class SimpleRnn>
class RawBackend : public Backend {
 public:
  Support supports(const Problem& problem) const override { return supports_raw(problem); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    switch (as_recurrent(problem)->cell) {
      case Cell::lstm:
        return std::make_unique<RawLayer<Lstm>>(problem, weights);
      case Cell::gru:
        return std::make_unique<RawLayer<Gru>>(problem, weights);
      case Cell::simple_rnn:
        break;
    }
    return std::make_unique<RawLayer<SimpleRnn>>(problem, weights);
  }
};

}  // namespace lockstep
