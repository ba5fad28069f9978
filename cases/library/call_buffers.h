#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "backends/model_spec.h"
#include "backends/tensor.h"

namespace lockstep {

/// What a caller gives to one run of a model: spans of floats in C order, batch first, as views.
class CallBuffers {
 public:
  /// For a model and a shape that were made ready together.
  CallBuffers(const ModelSpec&, const Shape&);

  /// Whether these are of the model's sizes. If so, the views show them, until the next call.
  bool take(std::span<const std::span<const float>> inputs, std::span<const std::span<float>> outputs);
  const std::vector<SequenceView<const float>>& inputs() const { return inputs_; }
  const std::vector<SequenceView<float>>& outputs() const { return outputs_; }

  /// Takes them, and computes them by run(). False where they do not fit, or where that throws.
  template <class Run>
  bool call(std::span<const std::span<const float>> inputs, std::span<const std::span<float>> outputs,
            Run&& run) noexcept {
    if (!take(inputs, outputs)) return false;
    try {
      run();
      return true;
    } catch (...) {
      return false;
    }
  }

  /// 0 where there is no such input or output.
  std::size_t input_size(std::size_t input) const;
  std::size_t output_size(std::size_t output) const;

 private:
  static std::size_t size_of(const std::array<std::int64_t, 3>& dims) {
    return static_cast<std::size_t>(dims[0] * dims[1] * dims[2]);
  }
  std::vector<SequenceView<const float>> inputs_;
  std::vector<SequenceView<float>> outputs_;
};

}  // namespace lockstep
