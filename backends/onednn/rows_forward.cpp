#include "backends/onednn/rows_forward.h"

#include <algorithm>

#include <fmt/format.h>

#include "backends/onednn/row_blocks.h"

namespace lockstep::onednn {
namespace {

bool is_by_step(const Problem& problem) {
  const auto* dense = as_dense(problem);
  return dense != nullptr && dense->style == DenseStyle::time_distributed && problem.shape.time_steps > 1;
}

}  // namespace

RowShares::RowShares(const Problem& problem)
    : by_step(is_by_step(problem)),
      parts(problem.shape.time_steps * (by_step ? 1 : problem.shape.batch)),
      rows_of_part(by_step ? problem.shape.batch : 1),
      most_threads(problem.exec.threads) {}

int RowShares::threads() const {
  return static_cast<int>(std::min<std::int64_t>(most_threads, parts));
}

Slice RowShares::rows_of(int thread) const {
  const auto [begin, end] = slice_of(parts, threads(), thread);
  return {begin * rows_of_part, end * rows_of_part};
}

std::string RowShares::text() const {
  std::string text = by_step ? ", a product per step" : "";
  if (threads() > 1) text += fmt::format(", {} {} slices", threads(), by_step ? "time" : "row");
  return text;
}

RowsForward::RowsForward(DenseWeights& weights, const RowShares& shares, int thread)
    : rows_(shares.rows_of(thread)), stream_(weights.engine) {
  const std::int64_t rows_of_product =
      shares.by_step ? shares.rows_of_part : rows_of_block(weights.features + weights.units);
  if (!shares.by_step) whole_.emplace(weights, rows_.size());
  block_.emplace(weights, std::min(rows_of_product, rows_.size()));
  if (const std::int64_t rest = rows_.size() % block_->rows(); rest != 0) rest_.emplace(weights, rest);
  std::int64_t bytes = 0;
  for (const auto* product : {&whole_, &block_, &rest_})
    if (*product) bytes = std::max(bytes, (*product)->scratchpad_bytes());
  scratchpad_ = Buffer<char>(bytes);
  for (auto* product : {&whole_, &block_, &rest_})
    if (*product) (*product)->use_scratchpad(scratchpad_.data());
  input_ = Buffer<float>(block_->rows() * weights.features);
  output_ = Buffer<float>(block_->rows() * weights.units);
}

void RowsForward::warm_up() {
  std::fill(input_.begin(), input_.end(), 0.0F);
  block_->run(stream_, input_.data(), output_.data());
  if (rest_) rest_->run(stream_, input_.data(), output_.data());
  if (!whole_ || whole_->rows() == block_->rows()) return;
  const Buffer<float> all_input(rows_.size() * input_.size() / block_->rows());
  const Buffer<float> all_output(rows_.size() * output_.size() / block_->rows());
  std::fill(all_input.begin(), all_input.end(), 0.0F);
  whole_->run(stream_, all_input.data(), all_output.data());
}

void RowsForward::run(const Io& io) {
  if (whole_ && run_whole(io)) return;
  for (std::int64_t begin = rows_.begin; begin < rows_.end; begin += block_->rows()) {
    const Block block{begin, std::min(block_->rows(), rows_.end - begin)};
    const float* from = in_place(io.input, block);
    if (from == nullptr) gather(io.input, block, input_.data());
    float* to = in_place(io.output, block);
    auto& product = block.rows == block_->rows() ? block_ : rest_;
    product->run(stream_, from != nullptr ? from : input_.data(), to != nullptr ? to : output_.data());
    if (to == nullptr) scatter(output_.data(), block, io.output);
  }
}

bool RowsForward::run_whole(const Io& io) {
  const std::int64_t batch = io.input.dims[0];
  const bool by_time = is_time_major(io.input, batch, batch) && is_time_major(io.output, batch, batch);
  if (!by_time && !(is_batch_major(io.input) && is_batch_major(io.output))) return false;
  whole_->run(stream_, io.input.data + rows_.begin * io.input.dims[2],
              io.output.data + rows_.begin * io.output.dims[2]);
  return true;
}

}  // namespace lockstep::onednn
