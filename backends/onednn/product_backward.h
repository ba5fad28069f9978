#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backends/onednn/execution.h"
#include "backends/onednn/product.h"

namespace lockstep::onednn {

/// What the way back through a Product reads, and writes where it is not null.
struct ProductGradients {
  const float *input, *output, *of_output;  // [rows, features], [rows, units], [rows, units]
  float *of_input, *of_kernel, *of_bias;    // as the input; as Keras lays them; overwritten
};

/// From the gradient of a Product's output to those of its input and weights.
class ProductBackward {
 public:
  ProductBackward(DenseWeights&, std::int64_t rows);
  std::int64_t rows() const { return rows_; }
  /// Of each kind of stage, where they differ.
  const std::string& implementation() const { return implementation_; }
  std::int64_t scratchpad_bytes() const;
  void use_scratchpad(char* scratchpad);
  void run(const dnnl::stream&, const ProductGradients&);

 private:
  void add_activation(const dnnl::engine&, const dnnl::primitive_desc&, int values_as);
  std::optional<Execution> make(const dnnl::engine&, const dnnl::primitive_desc&,
                                std::vector<Execution::Argument>);

  std::int64_t rows_;
  dnnl::memory input_, output_, of_output_, of_input_, of_kernel_, of_bias_;
  dnnl::memory of_sums_;  // the gradient of what is activated
  Buffer<float> sums_;    // for it, where neither of_output nor of_input is the same
  std::string implementation_;
  std::vector<Execution> activation_;  // the first from of_output to of_sums, the others in place
  std::optional<Execution> to_input_, to_weights_;
};

}  // namespace lockstep::onednn
