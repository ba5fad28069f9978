#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "backends/backend.h"
#include "backends/onednn/product_backward.h"
#include "backends/onednn/row_blocks.h"
#include "backends/onednn/rows_forward.h"

namespace lockstep::onednn {

/// The way back through the rows of one thread, block by block; it sums the gradients of the weights.
class RowsBackward {
 public:
  RowsBackward(DenseWeights&, const RowShares&, int thread);
  const std::string& implementation() const { return block_->implementation(); }
  /// Of the last run, if it was asked for gradients of weights.
  const float* of_kernel() const { return of_kernel_.data(); }
  const float* of_bias() const { return of_bias_.data(); }
  /// To be called by the thread that will call run: oneDNN compiles and allocates at first use.
  void warm_up();
  /// The gradient of the output is given.
  void run(const Io&, const Gradients&);

 private:
  void run_block(const Io&, const Gradients&, const Block&, bool is_first);

  Slice rows_;
  bool by_step_, reads_output_;
  dnnl::stream stream_;
  std::optional<ProductBackward> block_, rest_;
  Buffer<char> scratchpad_;
  Buffer<float> input_, output_, of_output_, of_input_;  // of one block
  Buffer<float> of_kernel_, of_bias_;
  Buffer<float> block_of_kernel_, block_of_bias_;
};

}  // namespace lockstep::onednn
