#include "backends/onednn/recurrent_training.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/onednn/cell_training.h"
#include "backends/onednn/rows.h"
#include "backends/onednn/sums.h"
#include "backends/team.h"

namespace lockstep::onednn {
namespace {

/// The gradients of the weights as oneDNN has them.
struct WeightGradients {
  Buffer<float> kernel, recurrent_kernel, bias;

  WeightGradients(const RecurrentSpec& layer, std::int64_t features)
      : kernel(features * gate_count(layer) * layer.units),
        recurrent_kernel(layer.units * gate_count(layer) * layer.units),
        bias(bias_rows(layer) * layer.units) {}
  void clear() const {
    for (const auto* values : {&kernel, &recurrent_kernel, &bias})
      std::fill(values->begin(), values->end(), 0.0F);
  }
};

/// The states of some rows before and after all steps.
struct States {
  Buffer<float> h, c, last_h, last_c;

  States(std::int64_t size, bool has_c)
      : h(size), c(has_c ? size : 0), last_h(size), last_c(has_c ? size : 0) {}
  void point_here(CellMemories& memories) const {
    point(memories.src_iter, h.data());
    point(memories.dst_iter, last_h.data());
    if (c.size() == 0) return;
    point(memories.src_iter_c, c.data());
    point(memories.dst_iter_c, last_c.data());
  }
};

/// The rows of the batch that one thread takes, over all of time.
class TrainingSlice {
 public:
  /// Of the gradients of the whole batch, of_input [time_steps, batch, features] and of_output [time_steps,
  /// batch, units], this slice uses its own rows; those of the output are zeros where the layer returns its
  /// last step only.
  TrainingSlice(CellWeights& weights, const Problem& problem, const Slice& rows, float* of_input,
                float* of_output)
      : layer_(weights.layer),
        shape_(problem.shape),
        rows_(rows),
        values_(rows.size() * layer_.units, has_c()),
        gradients_(rows.size() * layer_.units, has_c()),
        input_(shape_.time_steps * rows.size() * shape_.features),
        output_(shape_.time_steps * rows.size() * layer_.units),
        of_input_(of_input + rows.begin * shape_.features),
        of_output_(of_output + rows.begin * layer_.units),
        of_weights_(layer_, shape_.features),
        stream_(weights.engine),
        cell_(make_cell_training(weights, {shape_.time_steps, rows.size(), shape_.features, shape_.batch})),
        scratchpad_(std::max(cell_.forward.scratchpad_bytes(), cell_.backward.scratchpad_bytes())) {
    values_.point_here(cell_.values);
    gradients_.point_here(cell_.gradients);
    point(cell_.of_kernel, of_weights_.kernel.data());
    point(cell_.of_recurrent_kernel, of_weights_.recurrent_kernel.data());
    point(cell_.of_bias, of_weights_.bias.data());
    cell_.forward.use_scratchpad(scratchpad_.data());
    cell_.backward.use_scratchpad(scratchpad_.data());
  }

  const CellTraining& cell() const { return cell_; }
  /// Of the last backward pass.
  const WeightGradients& of_weights() const { return of_weights_; }

  /// To be called by the thread that will call run: oneDNN compiles and allocates at first use.
  void warm_up() {
    std::fill(input_.begin(), input_.end(), 0.0F);
    run({});
    backward({}, {});
  }

  void run(const Io& io) {
    const std::int64_t units = layer_.units;
    if (io.input && !reads_in_place(io)) gather_input(io.input);
    load_rows(io.initial_h, rows_.begin, rows_.end, units, values_.h.data());
    if (has_c()) load_rows(io.initial_c, rows_.begin, rows_.end, units, values_.c.data());
    point_at_layers(io);
    cell_.forward.run(stream_);
    if (!layer_.return_sequences)
      store_rows(values_.last_h.data(), rows_.begin, rows_.end, units, last_step(io.output));
    else if (io.output && !writes_in_place(io))
      scatter(output_.data(), rows_.size(), io.output, false);
    store_rows(values_.last_h.data(), rows_.begin, rows_.end, units, io.final_h);
    if (has_c()) store_rows(values_.last_c.data(), rows_.begin, rows_.end, units, io.final_c);
  }

  void backward(const Io& io, const Gradients& given) {
    const std::int64_t units = layer_.units;
    load_rows(given.final_h, rows_.begin, rows_.end, units, gradients_.last_h.data());
    if (has_c()) load_rows(given.final_c, rows_.begin, rows_.end, units, gradients_.last_c.data());
    const float* of_output = of_output_;
    if (!layer_.return_sequences)
      add_rows(last_step(given.output), rows_.begin, rows_.end, units, gradients_.last_h.data());
    else if (given.output && is_time_major(given.output, rows_.size(), shape_.batch))
      of_output = given.output.row(rows_.begin, 0);
    else
      gather_output_gradient(given.output);
    const bool in_place =
        given.input && is_time_major(given.input, rows_.size(), shape_.batch) && !is_reversed();
    point_at_layers(io);
    point(cell_.gradients.dst_layer, of_output);
    point(cell_.gradients.src_layer, in_place ? given.input.row(rows_.begin, 0) : of_input_);
    of_weights_.clear();  // the library adds to them
    cell_.backward.run(stream_);
    if (given.input && !in_place) scatter(of_input_, shape_.batch, given.input, is_reversed());
    store_rows(gradients_.h.data(), rows_.begin, rows_.end, units, given.initial_h);
    if (has_c()) store_rows(gradients_.c.data(), rows_.begin, rows_.end, units, given.initial_c);
  }

 private:
  bool has_c() const { return layer_.cell == Cell::lstm; }
  bool is_reversed() const { return layer_.go_backwards && shape_.time_steps > 1; }
  bool reads_in_place(const Io& io) const {
    return io.input && is_time_major(io.input, rows_.size(), rows_.size()) && !is_reversed();
  }
  bool writes_in_place(const Io& io) const {
    return io.output && layer_.return_sequences && is_time_major(io.output, rows_.size(), rows_.size());
  }
  void point_at_layers(const Io& io) {
    point(cell_.values.src_layer, reads_in_place(io) ? io.input.row(rows_.begin, 0) : input_.data());
    point(cell_.values.dst_layer, writes_in_place(io) ? io.output.row(rows_.begin, 0) : output_.data());
  }
  /// Of a sequence of one step.
  template <class T>
  static StateView<T> last_step(const SequenceView<T>& view) {
    return {view.data, {view.dims[0], view.dims[2]}, {view.strides[0], 1}};
  }
  void gather_input(const SequenceView<const float>& from) const {
    float* to = input_.data();
    for (std::int64_t step = 0; step < shape_.time_steps; ++step)
      to = copy_rows(from, rows_.begin, rows_.end, is_reversed() ? shape_.time_steps - 1 - step : step, to);
  }
  void gather_output_gradient(const SequenceView<const float>& from) const {
    for (std::int64_t step = 0; step < shape_.time_steps; ++step) {
      float* to = of_output_ + step * shape_.batch * layer_.units;
      if (from)
        copy_rows(from, rows_.begin, rows_.end, step, to);
      else
        std::fill_n(to, rows_.size() * layer_.units, 0.0F);
    }
  }
  /// From steps that lie `rows_between` rows apart.
  void scatter(const float* from, std::int64_t rows_between, const SequenceView<float>& to,
               bool reversed) const {
    for (std::int64_t step = 0; step < shape_.time_steps; ++step)
      copy_rows(from + step * rows_between * to.dims[2], to, rows_.begin, rows_.end,
                reversed ? shape_.time_steps - 1 - step : step);
  }

  RecurrentSpec layer_;
  Shape shape_;
  Slice rows_;
  States values_, gradients_;
  Buffer<float> input_, output_;  // [time_steps, rows, ...]: for views that can't be used in place
  float *of_input_, *of_output_;
  WeightGradients of_weights_;
  dnnl::stream stream_;
  CellTraining cell_;
  Buffer<char> scratchpad_;
};

class RecurrentTraining : public TrainableLayer {
 public:
  RecurrentTraining(const Problem& problem, const Weights& weights)
      : layer_(*as_recurrent(problem)),
        packed_(engine_, layer_, problem.shape.features, weights),
        of_input_(problem.shape.time_steps * problem.shape.batch * problem.shape.features),
        of_output_(problem.shape.time_steps * problem.shape.batch * layer_.units),
        team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, problem.shape.batch))) {
    const OneThread one_thread;
    std::fill(of_output_.begin(), of_output_.end(), 0.0F);
    for (int i = 0; i < team_.threads(); ++i)
      slices_.emplace_back(packed_, problem, slice_of(problem.shape.batch, team_.threads(), i),
                           of_input_.data(), of_output_.data());
    for_each_slice([](TrainingSlice& slice) { slice.warm_up(); });
  }

  void run(const Io& io) override {
    with_plain_errors([&] { for_each_slice([&](TrainingSlice& slice) { slice.run(io); }); });
  }

  void backward(const Io& io, const Gradients& gradients) override {
    with_plain_errors([&] { for_each_slice([&](TrainingSlice& slice) { slice.backward(io, gradients); }); });
    if (gradients.weights != nullptr) add_up(*gradients.weights);
  }

  void update(const Weights& weights) override {
    const OneThread one_thread;
    with_plain_errors([&] { packed_.update(stream_, weights); });
  }

  std::string method() const override {
    const CellTraining& cell = slices_.front().cell();
    std::string text = fmt::format("{}, backward {}, tnc", cell.implementation, cell.backward_implementation);
    if (team_.threads() > 1) text += fmt::format(", {} batch slices", team_.threads());
    return text;
  }

 private:
  template <class Use>
  void for_each_slice(Use&& use) {
    team_.run([&](int index) {
      const OneThread one_thread;
      use(slices_[static_cast<std::size_t>(index)]);
    });
  }

  void add_up(Weights& to) {
    const auto of = [&](Buffer<float> WeightGradients::*values) {
      return [this, values](std::size_t k) { return (slices_[k].of_weights().*values).data(); };
    };
    onednn::add_up(team_, slices_.size(), of(&WeightGradients::kernel), to.kernel);
    onednn::add_up(team_, slices_.size(), of(&WeightGradients::recurrent_kernel), to.recurrent_kernel);
    if (layer_.use_bias) add_up_bias(to.bias);
  }
  /// The bias of z and r enters once as the input's and once as the state's, with the same gradient.
  void add_up_bias(std::vector<float>& to) const {
    const std::int64_t units = layer_.units, size = gate_count(layer_) * units;
    std::fill(to.begin(), to.end(), 0.0F);
    for (const TrainingSlice& slice : slices_) {
      const float* from = slice.of_weights().bias.data();
      for (std::int64_t i = 0; i < size; ++i) to[static_cast<std::size_t>(i)] += from[i];
      if (!has_bias_of_state(layer_)) continue;
      float* of_state = to.data() + size;
      for (std::int64_t i = 0; i < size; ++i) of_state[i] += from[i < 2 * units ? i : i + units];
    }
  }

  RecurrentSpec layer_;
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  CellWeights packed_;
  Buffer<float> of_input_, of_output_;  // [time_steps, batch, ...]: for views that can't be used in place
  std::vector<TrainingSlice> slices_;
  Team team_;
};

}  // namespace

std::unique_ptr<TrainableLayer> prepare_recurrent_training(const Problem& problem, const Weights& weights) {
  return with_plain_errors([&] { return std::make_unique<RecurrentTraining>(problem, weights); });
}

}  // namespace lockstep::onednn
