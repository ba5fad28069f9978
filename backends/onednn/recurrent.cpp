#include "backends/onednn/recurrent.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/onednn/activation.h"
#include "backends/onednn/cell.h"
#include "backends/onednn/chunks.h"
#include "backends/onednn/rows.h"
#include "backends/team.h"

namespace lockstep::onednn {
namespace {

/// oneDNN 2 no longer makes one product of the inputs of all steps from 128 rows on.
constexpr std::int64_t most_rows = 127;

/// A state from one chunk to the next: the library reads one array and writes the other.
class CarriedState {
 public:
  explicit CarriedState(std::int64_t size) : now_(size), next_(size) {}
  float* now() const { return now_.data(); }
  float* next() const { return next_.data(); }
  void advance() { std::swap(now_, next_); }

  void load(const StateView<const float>& from, const Slice& rows, std::int64_t units) {
    load_rows(from, rows.begin, rows.end, units, now());
  }
  void store(const Slice& rows, std::int64_t units, const StateView<float>& to) const {
    store_rows(now(), rows.begin, rows.end, units, to);
  }

 private:
  Buffer<float> now_, next_;
};

/// Some rows of the batch over all of time, in one thread.
class BatchSlice {
 public:
  BatchSlice(CellWeights& weights, const Problem& problem, const Slice& rows, const Chunks& chunks)
      : layer_(weights.layer),
        shape_(problem.shape),
        rows_(rows),
        chunks_(chunks),
        takes_state_(problem.extras.initial_state || chunks.count > 1),
        gives_state_(problem.extras.final_state || chunks.count > 1 || !weights.layer.return_sequences),
        h_(rows.size() * layer_.units),
        c_(layer_.cell == Cell::lstm ? rows.size() * layer_.units : 0),
        stream_(weights.engine) {
    const auto add = [&](std::int64_t steps) {
      runs_.push_back(make_chunk_run(
          weights, {steps, rows.size(), shape_.features, shape_.batch, takes_state_, gives_state_}));
    };
    if (chunks.count > 1) add(chunks.steps);
    if (chunks.count == 1 || chunks.last_steps != chunks.steps) add(chunks.last_steps);
  }

  const std::string& implementation() const { return runs_.front().implementation; }
  std::int64_t scratchpad_bytes() const {
    std::int64_t bytes = 0;
    for (const auto& run : runs_) bytes = std::max(bytes, run.execution.scratchpad_bytes());
    return bytes;
  }
  std::int64_t input_floats() const { return chunks_.steps * rows_.size() * shape_.features; }

  /// Scratch that only one slice uses at a time, and an output of one chunk, [steps, batch, units], of which
  /// this slice uses its own rows.
  void use_scratch(char* scratchpad, float* input, float* output) {
    for (auto& run : runs_) run.execution.use_scratchpad(scratchpad);
    input_ = input;
    output_ = output;
  }

  /// To be called by the thread that will call run: oneDNN compiles and allocates at first use.
  void warm_up() {
    std::fill_n(input_, input_floats(), 0.0F);
    h_.load({}, rows_, layer_.units);
    if (layer_.cell == Cell::lstm) c_.load({}, rows_, layer_.units);
    for (auto& run : runs_) {
      point_at_states(run);
      point(run.src_layer, input_);
      point(run.dst_layer, own_output());
      run.execution.run(stream_);
    }
  }

  void run(const Io& io) {
    const bool reads_in_place = is_time_major(io.input, rows_.size(), rows_.size()) &&
                                (!layer_.go_backwards || shape_.time_steps == 1);
    const bool writes_in_place =
        layer_.return_sequences && is_time_major(io.output, rows_.size(), shape_.batch);
    const bool has_c = layer_.cell == Cell::lstm;
    if (takes_state_) h_.load(io.initial_h, rows_, layer_.units);
    if (takes_state_ && has_c) c_.load(io.initial_c, rows_, layer_.units);
    for (std::int64_t chunk = 0; chunk < chunks_.count; ++chunk) {
      const bool last = chunk + 1 == chunks_.count;
      ChunkRun& run = last ? runs_.back() : runs_.front();
      const std::int64_t start = chunk * chunks_.steps, steps = last ? chunks_.last_steps : chunks_.steps;
      if (!reads_in_place) gather(io.input, start, steps);
      point(run.src_layer, reads_in_place ? io.input.row(rows_.begin, start) : input_);
      point(run.dst_layer, writes_in_place ? io.output.row(rows_.begin, start) : own_output());
      point_at_states(run);
      run.execution.run(stream_);
      h_.advance();
      c_.advance();
      if (layer_.return_sequences && !writes_in_place) scatter(own_output(), start, steps, io.output);
    }
    if (!layer_.return_sequences) {
      h_.store(rows_, layer_.units,
               {io.output.data, {shape_.batch, layer_.units}, {io.output.strides[0], 1}});
    }
    if (gives_state_) h_.store(rows_, layer_.units, io.final_h);
    if (gives_state_ && has_c) c_.store(rows_, layer_.units, io.final_c);
  }

 private:
  float* own_output() const { return output_ + rows_.begin * layer_.units; }
  void point_at_states(ChunkRun& run) const {
    const bool has_c = layer_.cell == Cell::lstm;
    if (takes_state_) point(run.src_iter, h_.now());
    if (gives_state_) point(run.dst_iter, h_.next());
    if (takes_state_ && has_c) point(run.src_iter_c, c_.now());
    if (gives_state_ && has_c) point(run.dst_iter_c, c_.next());
  }
  /// Steps of the input, in the order of processing, densely into input_.
  void gather(const SequenceView<const float>& from, std::int64_t start, std::int64_t steps) const {
    float* to = input_;
    for (std::int64_t step = start; step < start + steps; ++step) {
      const std::int64_t t = layer_.go_backwards ? shape_.time_steps - 1 - step : step;
      to = copy_rows(from, rows_.begin, rows_.end, t, to);
    }
  }
  void scatter(const float* from, std::int64_t start, std::int64_t steps,
               const SequenceView<float>& to) const {
    for (std::int64_t step = 0; step < steps; ++step)
      copy_rows(from + step * shape_.batch * layer_.units, to, rows_.begin, rows_.end, start + step);
  }

  RecurrentSpec layer_;
  Shape shape_;
  Slice rows_;
  Chunks chunks_;
  bool takes_state_, gives_state_;
  CarriedState h_, c_;
  dnnl::stream stream_;
  std::vector<ChunkRun> runs_;  // of a full chunk; of the last one where that is shorter
  float* input_ = nullptr;
  float* output_ = nullptr;
};

/// The slices of one thread, one after the other.
struct Worker {
  std::vector<BatchSlice> slices;
  Buffer<char> scratchpad;
  Buffer<float> input;
};

class RecurrentLayer : public Layer {
 public:
  RecurrentLayer(const Problem& problem, const Weights& weights)
      : team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, problem.shape.batch))) {
    const OneThread one_thread;
    const RecurrentSpec& layer = *as_recurrent(problem);
    const std::int64_t batch = problem.shape.batch;
    CellWeights packed(engine_, layer, problem.shape.features, weights);
    const auto pieces = [](std::int64_t rows) {
      return static_cast<int>((rows + most_rows - 1) / most_rows);
    };
    const std::int64_t largest = std::min(most_rows, (batch + team_.threads() - 1) / team_.threads());
    chunks_ = chunks_of(problem.shape.time_steps,
                        largest * gate_count(layer) * layer.units * static_cast<std::int64_t>(sizeof(float)));
    output_ = Buffer<float>(chunks_.steps * batch * layer.units);
    workers_.resize(static_cast<std::size_t>(team_.threads()));
    for (int i = 0; i < team_.threads(); ++i) {
      const Slice rows = slice_of(batch, team_.threads(), i);
      Worker& worker = workers_[static_cast<std::size_t>(i)];
      for (int k = 0; k < pieces(rows.size()); ++k) {
        const Slice part = slice_of(rows.size(), pieces(rows.size()), k);
        worker.slices.emplace_back(packed, problem, Slice{rows.begin + part.begin, rows.begin + part.end},
                                   chunks_);
      }
      allocate_scratch(worker);
    }
    for_each_slice([](BatchSlice& slice) { slice.warm_up(); });
  }

  void run(const Io& io) override {
    with_plain_errors([&] { for_each_slice([&](BatchSlice& slice) { slice.run(io); }); });
  }

  std::string method() const override {
    std::size_t slices = 0;
    for (const auto& worker : workers_) slices += worker.slices.size();
    std::string text = workers_.front().slices.front().implementation() + ", tnc";
    if (slices > 1) text += fmt::format(", {} batch slices", slices);
    if (chunks_.count > 1) text += fmt::format(", chunks of {} steps", chunks_.steps);
    return text;
  }

 private:
  template <class Use>
  void for_each_slice(Use&& use) {
    team_.run([&](int index) {
      const OneThread one_thread;
      for (auto& slice : workers_[static_cast<std::size_t>(index)].slices) use(slice);
    });
  }
  void allocate_scratch(Worker& worker) const {
    std::int64_t bytes = 0, floats = 0;
    for (const auto& slice : worker.slices) {
      bytes = std::max(bytes, slice.scratchpad_bytes());
      floats = std::max(floats, slice.input_floats());
    }
    worker.scratchpad = Buffer<char>(bytes);
    worker.input = Buffer<float>(floats);
    for (auto& slice : worker.slices)
      slice.use_scratch(worker.scratchpad.data(), worker.input.data(), output_.data());
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  Chunks chunks_{};
  Buffer<float> output_;  // [chunk, batch, units]: where outputs go that can't be written in place
  std::vector<Worker> workers_;
  Team team_;
};

}  // namespace

Support supports_recurrent(const RecurrentSpec& layer, const Extras& extras) {
  if (extras.mask != MaskPattern::none) return Support::no("oneDNN owns the time loop and knows no mask");
  if (layer.cell == Cell::simple_rnn) return supports_in_simple_rnn(layer.activation);
  if (layer.activation != Activation::tanh || layer.recurrent_activation != Activation::sigmoid)
    return Support::no(fmt::format("oneDNN's {} computes sigmoid gates and tanh only",
                                   layer.cell == Cell::lstm ? "LSTM" : "GRU"));
  return Support::yes();
}

std::unique_ptr<Layer> prepare_recurrent(const Problem& problem, const Weights& weights) {
  return with_plain_errors([&] { return std::make_unique<RecurrentLayer>(problem, weights); });
}

}  // namespace lockstep::onednn
