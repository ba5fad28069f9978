#include <algorithm>
#include <string>

#include <cblas.h>

#include "backends/module.h"
#include "backends/openblas/product.h"      // which calls: gemm_rows
#include "backends/openblas/vector_math.h"  // OpenBLAS has no activations: they are the backend's
#include "backends/raw_backend.h"

namespace lockstep::openblas {
namespace {

blasint blas(std::int64_t value) {
  return static_cast<blasint>(value);
}
/// to [rows, columns] += x [rows, k] · weights [k, columns]; gemm would pack its operands for a few rows.
void add_product(blasint rows, blasint columns, blasint k, const float* x, const float* weights, float* to,
                 blasint stride) {
  const blasint by_gemm = blas(gemm_rows(rows, columns, k));
  if (by_gemm > 0)
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, by_gemm, columns, k, 1.0F, x, k, weights, stride,
                1.0F, to, stride);
  for (std::int64_t i = by_gemm; i < rows; ++i)
    cblas_sgemv(CblasRowMajor, CblasTrans, k, columns, 1.0F, weights, stride, x + i * k, 1, 1.0F,
                to + i * stride, 1);
}

struct Steps : RawSteps {
  Steps(const Problem& problem, const Weights& weights)
      : RawSteps(problem),
        kernel(features * stride),
        recurrent_kernel(units * stride),
        gates(chunk * batch * stride),
        bias(weights.bias.begin(), weights.bias.end()) {
    for (std::int64_t i = 0; i < features; ++i)
      std::copy_n(&weights.kernel[static_cast<std::size_t>(i * columns)], columns, &kernel[i * stride]);
    for (std::int64_t i = 0; i < units; ++i)
      std::copy_n(&weights.recurrent_kernel[static_cast<std::size_t>(i * columns)], columns,
                  &recurrent_kernel[i * stride]);
    openblas_set_num_threads(1);
  }
  std::string form() const { return gemm_rows(batch, columns, units) > 0 ? "gemm" : "gemv"; }

  void add_input(const float* x, std::int64_t rows) const {
    for (std::int64_t i = 0; i < rows; ++i) std::copy_n(bias.data(), columns, &gates[i * stride]);
    add_product(blas(rows), blas(columns), blas(features), x, kernel.data(), gates.data(), blas(stride));
  }
  void add_recurrent(const float* h, float* to) const {
    add_product(blas(batch), blas(columns), blas(units), h, recurrent_kernel.data(), to, blas(stride));
  }

  /// Calls advance(gates, h, next_h) for each step, with gates = bias + input · kernel.
  template <class Advance>
  void for_each_step(const float* input, float* output, Advance&& advance) const {
    RawSteps::for_each_step(
        input, output, [&](const float* x, std::int64_t rows) { add_input(x, rows); },
        [&](std::int64_t row, const float* h, float* next_h) { advance(&gates[row * stride], h, next_h); });
  }

  Buffer<float> kernel, recurrent_kernel, gates;
  CacheLines<float> bias;
};

struct Lstm : Steps {
  Lstm(const Problem& problem, const Weights& weights) : Steps(problem, weights), c(batch * units) {}
  void compute(const float* input, float* output) const {
    std::fill(c.begin(), c.end(), 0.0F);
    for_each_step(input, output, [&](float* gates_of_step, const float* h, float* next_h) {
      add_recurrent(h, gates_of_step);
      for (std::int64_t b = 0; b < batch; ++b) {
        const float* i = gates_of_step + b * stride;
        const float *f = i + units, *candidate = f + units, *o = candidate + units;
        float *c_of_row = &c[b * units], *h_of_row = next_h + b * units;
#pragma GCC ivdep
        for (std::int64_t j = 0; j < units; ++j) {
          c_of_row[j] = sigmoid(f[j]) * c_of_row[j] + sigmoid(i[j]) * tanh(candidate[j]);
          h_of_row[j] = sigmoid(o[j]) * tanh(c_of_row[j]);
        }
      }
    });
  }
  Buffer<float> c;
};

struct Gru : Steps {
  Gru(const Problem& problem, const Weights& weights) : Steps(problem, weights), recurrent(batch * stride) {}
  void compute(const float* input, float* output) const {
    for_each_step(input, output, [&](const float* gates_of_step, const float* h, float* next_h) {
      for (std::int64_t b = 0; b < batch; ++b)
        std::copy_n(bias.data() + columns, columns, &recurrent[b * stride]);
      add_recurrent(h, recurrent.data());
      for (std::int64_t b = 0; b < batch; ++b) {
        const float *x_z = gates_of_step + b * stride, *x_r = x_z + units, *x_candidate = x_r + units;
        const float *h_z = &recurrent[b * stride], *h_r = h_z + units, *h_candidate = h_r + units;
        const float* h_of_row = h + b * units;
        float* next_of_row = next_h + b * units;
#pragma GCC ivdep
        for (std::int64_t j = 0; j < units; ++j) {
          const float z = sigmoid(x_z[j] + h_z[j]), r = sigmoid(x_r[j] + h_r[j]);
          const float candidate = tanh(x_candidate[j] + r * h_candidate[j]);
          next_of_row[j] = candidate + z * (h_of_row[j] - candidate);
        }
      }
    });
  }
  Buffer<float> recurrent;
};

struct SimpleRnn : Steps {
  using Steps::Steps;
  void compute(const float* input, float* output) const {
    for_each_step(input, output, [&](float* gates_of_step, const float* h, float* next_h) {
      add_recurrent(h, gates_of_step);
      for (std::int64_t b = 0; b < batch; ++b)
#pragma GCC ivdep
        for (std::int64_t j = 0; j < units; ++j) next_h[b * units + j] = tanh(gates_of_step[b * stride + j]);
    });
  }
};

class Raw : public RawBackend<Lstm, Gru, SimpleRnn> {
  std::string_view name() const override { return LOCKSTEP_MODULE_NAME; }
  std::string version() const override {
    return std::string("gemv and gemm on core ") + openblas_get_corename() + " at 1 thread";
  }
};

}  // namespace
}  // namespace lockstep::openblas

LOCKSTEP_MODULE(lockstep::openblas::Raw)
