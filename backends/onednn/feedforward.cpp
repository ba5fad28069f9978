#include "backends/onednn/feedforward.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/onednn/product.h"
#include "backends/onednn/rows.h"
#include "backends/team.h"

namespace lockstep::onednn {
namespace {

/// Rows copied at once, so that a block of them stays in the second level cache.
std::int64_t rows_of_block(std::int64_t floats_per_row) {
  return std::clamp<std::int64_t>((std::int64_t{1} << 16) / floats_per_row, 16, 1024);
}

/// The rows [begin, begin + rows) of a sequence in the order of time: t * batch + b.
struct Block {
  std::int64_t begin, rows;
};

/// The address of a block's first row, or null where its rows are not back to back.
template <class T>
T* in_place(const SequenceView<T>& view, const Block& block) {
  const auto [batch, time_steps, features] = view.dims;
  const std::int64_t t = block.begin / batch, b = block.begin % batch;
  const bool one_step = b + block.rows <= batch;
  const bool dense =
      one_step ? block.rows == 1 || view.strides[0] == features : is_time_major(view, batch, batch);
  return dense ? view.row(b, t) : nullptr;
}

/// Calls use(t, begin, end) for each step that the block touches, with its rows in the batch.
template <class Use>
void for_each_step(const Block& block, std::int64_t batch, Use&& use) {
  for (std::int64_t r = block.begin, end = block.begin + block.rows; r < end;) {
    const std::int64_t b = r % batch, rows = std::min(batch - b, end - r);
    use(r / batch, b, b + rows);
    r += rows;
  }
}

/// What one thread computes: rows in the order of time, or of the batch where all of both views allow it.
class Worker {
 public:
  Worker(DenseWeights& weights, const Slice& rows, std::int64_t rows_of_product, bool may_span_steps)
      : rows_(rows), stream_(weights.engine) {
    if (may_span_steps) whole_.emplace(weights, rows.size());
    block_.emplace(weights, std::min(rows_of_product, rows.size()));
    if (const std::int64_t rest = rows.size() % block_->rows(); rest != 0) rest_.emplace(weights, rest);
    std::int64_t bytes = 0;
    for (const auto* product : {&whole_, &block_, &rest_})
      if (*product) bytes = std::max(bytes, (*product)->scratchpad_bytes());
    scratchpad_ = Buffer<char>(bytes);
    for (auto* product : {&whole_, &block_, &rest_})
      if (*product) (*product)->use_scratchpad(scratchpad_.data());
    input_ = Buffer<float>(block_->rows() * weights.features);
    output_ = Buffer<float>(block_->rows() * weights.units);
  }

  const std::string& implementation() const { return (whole_ ? whole_ : block_)->implementation(); }

  /// To be called by the thread that will call run: oneDNN compiles and allocates at first use.
  void warm_up() {
    std::fill(input_.begin(), input_.end(), 0.0F);
    block_->run(stream_, input_.data(), output_.data());
    if (rest_) rest_->run(stream_, input_.data(), output_.data());
    if (!whole_ || whole_->rows() == block_->rows()) return;
    const Buffer<float> all_input(rows_.size() * input_.size() / block_->rows());
    const Buffer<float> all_output(rows_.size() * output_.size() / block_->rows());
    std::fill(all_input.begin(), all_input.end(), 0.0F);
    whole_->run(stream_, all_input.data(), all_output.data());
  }

  void run(const Io& io) {
    if (whole_ && run_whole(io)) return;
    const std::int64_t batch = io.input.dims[0];
    for (std::int64_t begin = rows_.begin; begin < rows_.end; begin += block_->rows()) {
      const Block block{begin, std::min(block_->rows(), rows_.end - begin)};
      const float* from = in_place(io.input, block);
      if (from == nullptr) {
        float* to = input_.data();
        for_each_step(block, batch, [&](std::int64_t t, std::int64_t first, std::int64_t last) {
          to = copy_rows(io.input, first, last, t, to);
        });
      }
      float* to = in_place(io.output, block);
      auto& product = block.rows == block_->rows() ? block_ : rest_;
      product->run(stream_, from != nullptr ? from : input_.data(), to != nullptr ? to : output_.data());
      if (to != nullptr) continue;
      const float* made = output_.data();
      for_each_step(block, batch, [&](std::int64_t t, std::int64_t first, std::int64_t last) {
        made = copy_rows(made, io.output, first, last, t);
      });
    }
  }

 private:
  /// One product, if both views are in one piece in the same order.
  bool run_whole(const Io& io) {
    const std::int64_t batch = io.input.dims[0];
    const bool by_time = is_time_major(io.input, batch, batch) && is_time_major(io.output, batch, batch);
    if (!by_time && !(is_batch_major(io.input) && is_batch_major(io.output))) return false;
    whole_->run(stream_, io.input.data + rows_.begin * io.input.dims[2],
                io.output.data + rows_.begin * io.output.dims[2]);
    return true;
  }

  Slice rows_;
  dnnl::stream stream_;
  std::optional<Product> whole_, block_, rest_;
  Buffer<char> scratchpad_;
  Buffer<float> input_, output_;  // of one block
};

class FeedforwardLayer : public Layer {
 public:
  FeedforwardLayer(const Problem& problem, const Weights& weights)
      : by_step_(is_by_step(problem)),
        team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, parts(problem)))) {
    const OneThread one_thread;
    DenseWeights packed(engine_, problem, weights);
    const std::int64_t rows_of_part = by_step_ ? problem.shape.batch : 1;
    const std::int64_t rows_of_product =
        by_step_ ? problem.shape.batch : rows_of_block(packed.features + packed.units);
    for (int i = 0; i < team_.threads(); ++i) {
      const auto [begin, end] = slice_of(parts(problem), team_.threads(), i);
      workers_.emplace_back(packed, Slice{begin * rows_of_part, end * rows_of_part}, rows_of_product,
                            !by_step_);
    }
    for_each_worker([](Worker& worker) { worker.warm_up(); });
  }

  void run(const Io& io) override {
    with_plain_errors([&] { for_each_worker([&](Worker& worker) { worker.run(io); }); });
  }

  std::string method() const override {
    std::string text = workers_.front().implementation();
    if (by_step_) text += ", a product per step";
    if (team_.threads() > 1)
      text += fmt::format(", {} {} slices", team_.threads(), by_step_ ? "time" : "row");
    return text;
  }

 private:
  template <class Use>
  void for_each_worker(Use&& use) {
    team_.run([&](int index) {
      const OneThread one_thread;
      use(workers_[static_cast<std::size_t>(index)]);
    });
  }
  static bool is_by_step(const Problem& problem) {
    const auto* dense = as_dense(problem);
    return dense != nullptr && dense->style == DenseStyle::time_distributed && problem.shape.time_steps > 1;
  }
  /// What threads share out: steps or rows.
  std::int64_t parts(const Problem& problem) const {
    return problem.shape.time_steps * (by_step_ ? 1 : problem.shape.batch);
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  bool by_step_;
  std::vector<Worker> workers_;
  Team team_;
};

}  // namespace

std::unique_ptr<Layer> prepare_feedforward(const Problem& problem, const Weights& weights) {
  return with_plain_errors([&] { return std::make_unique<FeedforwardLayer>(problem, weights); });
}

}  // namespace lockstep::onednn
