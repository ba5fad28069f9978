#include "backends/fused/feedforward.h"

#include <algorithm>
#include <utility>

#include "backends/fused/tiles.h"

namespace lockstep::fused {
namespace {

/// Rows of a sequence in the order in which those of the input lie in memory.
struct RowPlace {
  std::int64_t b, t;
};
RowPlace place_of(const SequenceView<const float>& input, std::int64_t row) {
  const auto [batch, time_steps, features] = input.dims;
  if (input.strides[0] <= input.strides[1]) return {row % batch, row / batch};
  return {row / time_steps, row % time_steps};
}

std::int64_t rows_of(const Problem& problem) {
  return problem.shape.batch * problem.shape.time_steps;
}
bool is_flat(const Problem& problem) {
  return as_dense(problem)->style == DenseStyle::flattened;
}
std::int64_t parts_of(const Problem& problem) {
  return is_flat(problem) ? rows_of(problem) : problem.shape.time_steps;
}
bool divides_columns(const Problem& problem) {  // softmax needs whole rows
  return parts_of(problem) < problem.exec.threads && as_dense(problem)->activation != Activation::softmax;
}
int threads_of(const Problem& problem, const Panels& panels) {
  const auto parts =
      divides_columns(problem) ? static_cast<std::int64_t>(panels.blocks.size()) : parts_of(problem);
  return static_cast<int>(std::min<std::int64_t>(problem.exec.threads, parts));
}
Panels panels_of(const Problem& problem, const Kernels& kernels) {
  return {{0, as_dense(problem)->units}, 1, kernels.lanes};
}
std::int64_t chunk_of(const Problem& problem) {
  constexpr std::int64_t cached_bytes = 128 * 1024, fewest = 24, most = 240;
  const auto row_bytes = problem.shape.features * static_cast<std::int64_t>(sizeof(float));
  return std::min(rows_of(problem), std::clamp(cached_bytes / row_bytes, fewest, most));
}

}  // namespace

Dense::Packed Dense::pack(const Problem& problem, const Weights& weights, const Panels& panels) {
  const DenseSpec& layer = *as_dense(problem);
  const std::vector<float> zeros(static_cast<std::size_t>(layer.units));
  return {panels.pack(weights.kernel.data(), problem.shape.features, layer.units, {0}),
          panels.pack(layer.use_bias ? weights.bias.data() : zeros.data(), 1, layer.units, {0})};
}

Dense::Dense(const Problem& problem, const Weights& weights, const Kernels& kernels)
    : Dense(problem, kernels,
            std::make_shared<const Packed>(pack(problem, weights, panels_of(problem, kernels)))) {}

Dense::Dense(const Problem& problem, const Kernels& kernels, std::shared_ptr<const Packed> packed)
    : problem_(problem),
      layer_(*as_dense(problem)),
      kernels_(kernels),
      panels_(panels_of(problem, kernels)),
      packed_(std::move(packed)),
      divides_columns_(divides_columns(problem)),
      chunk_(chunk_of(problem)),
      team_(threads_of(problem, panels_)),
      workers_(static_cast<std::size_t>(team_.threads())) {
  for (Worker& worker : workers_) {
    worker.inputs.resize(static_cast<std::size_t>(chunk_));
    worker.outputs.resize(static_cast<std::size_t>(chunk_));
    worker.sums = Buffer<float>(most_rows * most_vectors * kernels.lanes);
  }
}

void Dense::run(const Io& io) {
  const std::int64_t batch = problem_.shape.batch, blocks = static_cast<std::int64_t>(panels_.blocks.size());
  team_.run([&](int index) {
    Worker& worker = workers_[static_cast<std::size_t>(index)];
    const int threads = team_.threads();
    const Slice own_parts =
        divides_columns_ ? Slice{0, parts_of(problem_)} : slice_of(parts_of(problem_), threads, index);
    const Slice own_blocks = divides_columns_ ? slice_of(blocks, threads, index) : Slice{0, blocks};
    if (is_flat(problem_)) return run_rows(io, worker, own_parts, own_blocks);
    for (std::int64_t t = own_parts.begin; t < own_parts.end; ++t) {
      const auto at_t = [&](auto view) {
        view.data = view.row(0, t);
        view.dims[1] = 1;
        return view;
      };
      Io step;
      step.input = at_t(io.input);
      step.output = at_t(io.output);
      run_rows(step, worker, {0, batch}, own_blocks);
    }
  });
}

void Dense::run_rows(const Io& io, Worker& worker, Slice rows, Slice blocks) const {
  for (std::int64_t first = rows.begin; first < rows.end; first += chunk_) {
    const std::int64_t n = std::min(chunk_, rows.end - first);
    for (std::int64_t i = 0; i < n; ++i) {
      const auto [b, t] = place_of(io.input, first + i);
      worker.inputs[static_cast<std::size_t>(i)] = io.input.row(b, t);
      worker.outputs[static_cast<std::size_t>(i)] = io.output.row(b, t);
    }
    multiply(worker, n, blocks);
  }
}

void Dense::multiply(Worker& worker, std::int64_t rows, Slice blocks) const {
  const std::int64_t at_once = rows_at_once(rows, packed_->kernel.size(), kernels_);
  for (std::int64_t i = blocks.begin; i < blocks.end; ++i) {
    const Block& block = panels_.blocks[static_cast<std::size_t>(i)];
    const Operand input = panels_.operand(packed_->kernel, problem_.shape.features, block,
                                          worker.inputs.data(), 0, problem_.shape.features);
    for_each_tile(rows, at_once, [&](const Slice& tile) {
      SumTile sums;
      sums.start = packed_->bias.data() + block.column;
      sums.operands = &input;
      sums.operand_count = 1;
      sums.row = tile.begin;
      sums.sums = worker.sums.data();
      sums.sums_stride = block.vectors * kernels_.lanes;
      kernels_.sum[static_cast<std::size_t>(block.vectors - 1)][static_cast<std::size_t>(tile.size() - 1)](
          sums);
      kernels_.finish(layer_.activation, sums.sums, sums.sums_stride, tile.size(), block.units,
                      worker.outputs.data() + tile.begin, block.first);
    });
  }
  if (layer_.activation == Activation::softmax)
    for (std::int64_t i = 0; i < rows; ++i)
      kernels_.activate(Activation::softmax, worker.outputs[static_cast<std::size_t>(i)], layer_.units);
}

std::unique_ptr<Layer> Dense::another() const {
  return std::unique_ptr<Layer>(new Dense(problem_, kernels_, packed_));
}

std::string Dense::method() const {
  std::string text(kernels_.isa);
  text += is_flat(problem_) ? ", one product" : ", one product per step";
  if (team_.threads() > 1)
    text += ", " + std::to_string(team_.threads()) +
            (divides_columns_    ? " column slices"
             : is_flat(problem_) ? " row slices"
                                 : " time slices");
  return text;
}

RowActivation::RowActivation(const Problem& problem, const Kernels& kernels)
    : problem_(problem),
      kernels_(kernels),
      team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, problem.shape.batch))) {}

void RowActivation::run(const Io& io) {
  const Activation activation = std::get<ActivationSpec>(problem_.layer).activation;
  team_.run([&](int index) {
    const Slice rows = slice_of(problem_.shape.batch, team_.threads(), index);
    for (std::int64_t t = 0; t < problem_.shape.time_steps; ++t)
      for (std::int64_t b = rows.begin; b < rows.end; ++b) {
        std::copy_n(io.input.row(b, t), problem_.shape.features, io.output.row(b, t));
        kernels_.activate(activation, io.output.row(b, t), problem_.shape.features);
      }
  });
}

}  // namespace lockstep::fused
