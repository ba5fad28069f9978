#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "backends/backend.h"
#include "backends/onednn/product.h"
#include "backends/team.h"

namespace lockstep::onednn {

/// How threads share the rows of all steps out: each takes whole parts, a step or a row.
struct RowShares {
  explicit RowShares(const Problem&);
  int threads() const;
  Slice rows_of(int thread) const;
  /// For a report: ", a product per step, 2 time slices".
  std::string text() const;

  bool by_step;  // a product for each step
  std::int64_t parts, rows_of_part;
  int most_threads;
};

/// What one thread computes: rows in the order of time, or of the batch where all of both views allow it.
class RowsForward {
 public:
  RowsForward(DenseWeights&, const RowShares&, int thread);
  const std::string& implementation() const { return (whole_ ? whole_ : block_)->implementation(); }
  /// To be called by the thread that will call run: oneDNN compiles and allocates at first use.
  void warm_up();
  void run(const Io&);

 private:
  /// One product, if both views are in one piece in the same order.
  bool run_whole(const Io&);

  Slice rows_;
  dnnl::stream stream_;
  std::optional<Product> whole_, block_, rest_;
  Buffer<char> scratchpad_;
  Buffer<float> input_, output_;  // of one block
};

}  // namespace lockstep::onednn
