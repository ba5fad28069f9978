#include "backends/onednn/rows_backward.h"

#include <algorithm>

namespace lockstep::onednn {
namespace {

/// Rows of one product: as fast as one of all rows, but memory and the errors of long sums stay bounded.
std::int64_t even_part(std::int64_t rows) {
  constexpr std::int64_t most = 4096;
  const auto up = [](std::int64_t a, std::int64_t b) { return (a + b - 1) / b; };
  return up(rows, up(rows, most));
}

/// Rows of all steps that lie back to back, as one step of that many.
template <class T>
SequenceView<T> as_one_step(const SequenceView<T>& view) {
  const auto [batch, time_steps, features] = view.dims;
  return {view.data, {batch * time_steps, 1, features}, {features, batch * time_steps * features, 1}};
}

/// Whether all views that there are lie in one piece in the same order.
bool are_in_one_piece(const Io& io, const Gradients& gradients) {
  const auto all = [&](auto&& is) {
    return is(io.input) && is(io.output) && is(gradients.output) && (!gradients.input || is(gradients.input));
  };
  const std::int64_t batch = io.input.dims[0];
  return all([&](const auto& view) { return is_time_major(view, batch, batch); }) ||
         all([](const auto& view) { return is_batch_major(view); });
}

void add(const Buffer<float>& from, const Buffer<float>& to) {
  for (std::int64_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

RowsBackward::RowsBackward(DenseWeights& weights, const RowShares& shares, int thread)
    : rows_(shares.rows_of(thread)),
      by_step_(shares.by_step),
      reads_output_(weights.activation != Activation::linear),
      stream_(weights.engine) {
  block_.emplace(weights, shares.by_step ? shares.rows_of_part : even_part(rows_.size()));
  if (const std::int64_t rest = rows_.size() % block_->rows(); rest != 0) rest_.emplace(weights, rest);
  std::int64_t bytes = block_->scratchpad_bytes();
  if (rest_) bytes = std::max(bytes, rest_->scratchpad_bytes());
  scratchpad_ = Buffer<char>(bytes);
  block_->use_scratchpad(scratchpad_.data());
  if (rest_) rest_->use_scratchpad(scratchpad_.data());
  const std::int64_t rows = block_->rows();
  input_ = Buffer<float>(rows * weights.features);
  of_input_ = Buffer<float>(rows * weights.features);
  output_ = Buffer<float>(rows * weights.units);
  of_output_ = Buffer<float>(rows * weights.units);
  if (!weights.kernel) return;
  of_kernel_ = Buffer<float>(weights.features * weights.units);
  block_of_kernel_ = Buffer<float>(of_kernel_.size());
  if (!weights.bias) return;
  of_bias_ = Buffer<float>(weights.units);
  block_of_bias_ = Buffer<float>(of_bias_.size());
}

void RowsBackward::warm_up() {
  for (const auto* buffer : {&input_, &output_, &of_output_}) std::fill(buffer->begin(), buffer->end(), 0.0F);
  for (auto* product : {&block_, &rest_})
    if (*product)
      (*product)->run(stream_, {input_.data(), output_.data(), of_output_.data(), of_input_.data(),
                                of_kernel_.data(), of_bias_.data()});
}

void RowsBackward::run(const Io& io, const Gradients& gradients) {
  Io rows = io;
  Gradients of_rows = gradients;
  if (!by_step_ && are_in_one_piece(io, gradients)) {
    rows.input = as_one_step(io.input);
    rows.output = as_one_step(io.output);
    of_rows.output = as_one_step(gradients.output);
    of_rows.input = as_one_step(gradients.input);
  }
  for (std::int64_t begin = rows_.begin; begin < rows_.end; begin += block_->rows())
    run_block(rows, of_rows, {begin, std::min(block_->rows(), rows_.end - begin)}, begin == rows_.begin);
}

void RowsBackward::run_block(const Io& io, const Gradients& gradients, const Block& block, bool is_first) {
  const auto read = [&](const SequenceView<const float>& from, const Buffer<float>& to) {
    const float* data = in_place(from, block);
    if (data != nullptr) return data;
    gather(from, block, to.data());
    return static_cast<const float*>(to.data());
  };
  const bool wants_weights = gradients.weights != nullptr && of_kernel_.size() > 0;
  float* to = gradients.input ? in_place(gradients.input, block) : nullptr;
  const bool scatters = gradients.input && to == nullptr;
  auto& product = block.rows == block_->rows() ? block_ : rest_;
  product->run(stream_, {wants_weights ? read(io.input, input_) : nullptr,
                         reads_output_ ? read(io.output, output_) : output_.data(),
                         read(gradients.output, of_output_), scatters ? of_input_.data() : to,
                         wants_weights ? (is_first ? of_kernel_ : block_of_kernel_).data() : nullptr,
                         (is_first ? of_bias_ : block_of_bias_).data()});
  if (scatters) scatter(of_input_.data(), block, gradients.input);
  if (!wants_weights || is_first) return;
  add(block_of_kernel_, of_kernel_);
  add(block_of_bias_, of_bias_);
}

}  // namespace lockstep::onednn
