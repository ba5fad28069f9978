#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backends/onednn/execution.h"
#include "backends/spec.h"
#include "backends/weights.h"

namespace lockstep::onednn {

/// The weights of a Dense as oneDNN wants them; none for an Activation.
struct DenseWeights {
  /// `weights` is read until the primitives are made; `engine` outlives what is made with this.
  DenseWeights(const dnnl::engine& engine, const Problem&, const Weights&);
  /// Gives other values to what was made with this. Allocates nothing.
  void update(const dnnl::stream&, const Weights&);
  dnnl::engine engine;
  std::int64_t features, units;  // of a row of the input, of the output
  Activation activation;
  std::optional<PackedWeights> kernel;
  dnnl::memory bias;
};

/// A Dense or an Activation on a dense block of rows: [rows, features] to [rows, units].
class Product {
 public:
  Product(DenseWeights&, std::int64_t rows);
  std::int64_t rows() const { return rows_; }
  const std::string& implementation() const { return implementation_; }
  std::int64_t scratchpad_bytes() const;
  void use_scratchpad(char* scratchpad);
  void run(const dnnl::stream&, const float* input, float* output);

 private:
  void add(const dnnl::engine&, const dnnl::primitive_desc&, std::vector<Execution::Argument>);

  std::int64_t rows_;
  dnnl::memory input_, output_;
  std::string implementation_;     // of the first stage
  std::vector<Execution> stages_;  // the first from input to output, the others in place
};

}  // namespace lockstep::onednn
