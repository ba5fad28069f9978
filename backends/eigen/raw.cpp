#define EIGEN_DONT_PARALLELIZE
#define EIGEN_STACK_ALLOCATION_LIMIT (1024 * 1024)  // of each of a product's two operands, packed
#include <Eigen/Core>

#include "backends/eigen/gemv_rows.h"  // which calls
#include "backends/module.h"
#include "backends/raw_backend.h"

namespace lockstep::eigen {
namespace {

using Eigen::Dynamic;
using Eigen::Index;
using Matrix = Eigen::Matrix<float, Dynamic, Dynamic, Eigen::RowMajor>;
using Array = Eigen::Array<float, Dynamic, Dynamic, Eigen::RowMajor>;
using Vector = Eigen::RowVectorXf;
using Rows = Eigen::Map<Matrix, 0, Eigen::OuterStride<>>;
using ConstRows = Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>;

ConstRows dense(const float* data, Index rows, Index columns) {
  return {data, rows, columns, Eigen::OuterStride<>(columns)};
}
void add_product(Rows to, const ConstRows& left, const ConstRows& right) {
  if (left.rows() > most_gemv_rows(right.size())) {
    to.noalias() += left * right;
    return;
  }
  for (Index i = 0; i < left.rows(); ++i) to.row(i).noalias() += left.row(i) * right;
}

struct Steps : RawSteps {
  Steps(const Problem& problem, const Weights& weights)
      : RawSteps(problem),
        kernel(features, stride),
        recurrent_kernel(units, stride),
        bias(dense(weights.bias.data(), 1, columns)),
        gates(chunk * batch, stride) {
    kernel.leftCols(columns) = dense(weights.kernel.data(), features, columns);
    recurrent_kernel.leftCols(columns) = dense(weights.recurrent_kernel.data(), units, columns);
  }
  std::string form() const { return batch <= most_gemv_rows(units * columns) ? "gemv" : "gemm"; }

  ConstRows padded(const Matrix& matrix) const {
    return {matrix.data(), matrix.rows(), columns, Eigen::OuterStride<>(stride)};
  }
  Rows rows_of(Matrix& matrix, Index first, Index count) const {
    return {matrix.data() + first * stride, count, columns, Eigen::OuterStride<>(stride)};
  }
  auto gate(Rows rows, Index index) const { return rows.middleCols(index * units, units).array(); }

  /// Calls advance(gates, h, next_h) for each step, with gates = bias + input · kernel.
  template <class Advance>
  void for_each_step(const float* input, float* output, Advance&& advance) {
    const auto project = [&](const float* x, Index rows) {
      rows_of(gates, 0, rows).rowwise() = bias;
      add_product(rows_of(gates, 0, rows), dense(x, rows, features), padded(kernel));
    };
    RawSteps::for_each_step(input, output, project, [&](Index row, const float* h, float* next_h) {
      advance(rows_of(gates, row, batch), dense(h, batch, units), Eigen::Map<Array>(next_h, batch, units));
    });
  }

  Matrix kernel, recurrent_kernel;
  Vector bias;
  Matrix gates;
};

struct Lstm : Steps {
  Lstm(const Problem& problem, const Weights& weights) : Steps(problem, weights), c(batch, units) {}
  void compute(const float* input, float* output) {
    c.setZero();
    for_each_step(input, output, [&](const Rows& step, const ConstRows& h, Eigen::Map<Array> next_h) {
      add_product(step, h, padded(recurrent_kernel));
      c = gate(step, 1).logistic() * c + gate(step, 0).logistic() * gate(step, 2).tanh();
      next_h = gate(step, 3).logistic() * c.tanh();
    });
  }
  Array c;
};

struct Gru : Steps {
  Gru(const Problem& problem, const Weights& weights)
      : Steps(problem, weights),
        recurrent_bias(dense(weights.bias.data() + columns, 1, columns)),
        recurrent(batch, stride) {}
  void compute(const float* input, float* output) {
    Rows of_h = rows_of(recurrent, 0, batch);
    for_each_step(input, output, [&](const Rows& step, const ConstRows& h, Eigen::Map<Array> next_h) {
      of_h.rowwise() = recurrent_bias;
      add_product(of_h, h, padded(recurrent_kernel));
      auto candidate = gate(step, 2);
      candidate = (candidate + (gate(step, 1) + gate(of_h, 1)).logistic() * gate(of_h, 2)).tanh();
      next_h = candidate + (gate(step, 0) + gate(of_h, 0)).logistic() * (h.array() - candidate);
    });
  }
  Vector recurrent_bias;
  Matrix recurrent;
};

struct SimpleRnn : Steps {
  using Steps::Steps;
  void compute(const float* input, float* output) {
    for_each_step(input, output, [&](const Rows& step, const ConstRows& h, Eigen::Map<Array> next_h) {
      add_product(step, h, padded(recurrent_kernel));
      next_h = step.array().tanh();
    });
  }
};

class Raw : public RawBackend<Lstm, Gru, SimpleRnn> {
  std::string_view name() const override { return LOCKSTEP_MODULE_NAME; }
  std::string version() const override {
    return std::string("Eigen's products and array expressions, compiled for ") + compiled_isa();
  }
};

}  // namespace
}  // namespace lockstep::eigen

LOCKSTEP_MODULE(lockstep::eigen::Raw)
