#pragma once

#define EIGEN_DONT_PARALLELIZE
#define EIGEN_STACK_ALLOCATION_LIMIT (1024 * 1024)  // of each of a product's two operands, packed
#include <algorithm>

#include <Eigen/Core>

#include "backends/gate_block.h"
#include "backends/spec.h"

/// The gate passes as Eigen array expressions, one batch row at a time. Keras' default activations are fused
/// into one expression per state; others are applied in place first, which keeps their 35 combinations out of
/// the binary.
namespace lockstep::eigen {

using Row = Eigen::Map<Eigen::ArrayXf>;
using ConstRow = Eigen::Map<const Eigen::ArrayXf>;

/// The expression of an elementwise activation of the expression x.
template <Activation activation, class X>
auto activated(const X& x) {
  if constexpr (activation == Activation::tanh)
    return x.tanh();
  else if constexpr (activation == Activation::sigmoid)
    return x.logistic();
  else if constexpr (activation == Activation::hard_sigmoid)
    return (x * (1.0F / 6.0F) + 0.5F).max(0.0F).min(1.0F);
  else if constexpr (activation == Activation::relu)
    return x.max(0.0F);
  else if constexpr (activation == Activation::softsign)
    return x / (x.abs() + 1.0F);
  else
    return x;
}

template <Activation activation>
[[gnu::noinline]] void activate(float* values, Eigen::Index n) {
  Row row(values, n);
  if constexpr (activation != Activation::linear) row = activated<activation>(row);
}

template <Activation A, Activation R>
inline constexpr bool fused = A == Activation::tanh&& R == Activation::sigmoid;

/// The passes that product_recurrent.h asks of a library.
struct Gates {
  template <Activation A, Activation R>
  static void lstm(const GateBlock& block) {
    const Eigen::Index n = block.units;
    for (std::int64_t b = 0; b < block.rows; ++b) {
      float* gates = block.gates + b * block.gates_stride;
      const ConstRow i(gates, n), f(gates + n, n), candidate(gates + 2 * n, n), o(gates + 3 * n, n);
      Row c(block.c + b * block.state_stride, n), h(block.h + b * block.state_stride, n);
      if constexpr (fused<A, R>) {
        c = activated<R>(f) * c + activated<R>(i) * activated<A>(candidate);
        h = activated<R>(o) * activated<A>(c);
      } else {
        activate<R>(gates, 2 * n);
        activate<A>(gates + 2 * n, n);
        activate<R>(gates + 3 * n, n);
        c = f * c + i * candidate;
        h = c;
        activate<A>(h.data(), n);
        h *= o;
      }
      std::copy_n(h.data(), n, block.output + b * block.output_stride);
    }
  }

  template <Activation A, Activation R>
  static void gru_after(const GateBlock& block) {
    const Eigen::Index n = block.units;
    const ConstRow candidate_bias(block.candidate_bias, n);
    for (std::int64_t b = 0; b < block.rows; ++b) {
      float* gates = block.gates + b * block.gates_stride;
      const float* recurrent = block.recurrent + b * block.gates_stride;
      const ConstRow h_z(recurrent, n), h_r(recurrent + n, n), h_candidate(recurrent + 2 * n, n);
      const ConstRow z(gates, n), r(gates + n, n);
      Row candidate(gates + 2 * n, n), h(block.h + b * block.state_stride, n);
      if constexpr (fused<A, R>) {
        candidate = activated<A>(candidate + activated<R>(r + h_r) * (h_candidate + candidate_bias));
        h = candidate + activated<R>(z + h_z) * (h - candidate);
      } else {
        Row(gates, 2 * n) += ConstRow(recurrent, 2 * n);
        activate<R>(gates, 2 * n);
        candidate += r * (h_candidate + candidate_bias);
        activate<A>(candidate.data(), n);
        h = candidate + z * (h - candidate);
      }
      std::copy_n(h.data(), n, block.output + b * block.output_stride);
    }
  }

  template <Activation R>
  static void gru_reset(const GateBlock& block) {
    const Eigen::Index n = block.units;
    for (std::int64_t b = 0; b < block.rows; ++b) {
      const ConstRow r(block.gates + b * block.gates_stride + n, n), h(block.h + b * block.state_stride, n);
      Row(block.reset_h + b * block.state_stride, n) = activated<R>(r) * h;
    }
  }

  template <Activation A, Activation R>
  static void gru_before(const GateBlock& block) {
    const Eigen::Index n = block.units;
    for (std::int64_t b = 0; b < block.rows; ++b) {
      float* gates = block.gates + b * block.gates_stride;
      const ConstRow z(gates, n);
      Row candidate(gates + 2 * n, n), h(block.h + b * block.state_stride, n);
      activate<A>(candidate.data(), n);
      if constexpr (fused<A, R>) {
        h = candidate + activated<R>(z) * (h - candidate);
      } else {
        activate<R>(gates, n);
        h = candidate + z * (h - candidate);
      }
      std::copy_n(h.data(), n, block.output + b * block.output_stride);
    }
  }

  template <Activation A>
  static void simple_rnn(const GateBlock& block) {
    const Eigen::Index n = block.units;
    for (std::int64_t b = 0; b < block.rows; ++b) {
      Row h(block.h + b * block.state_stride, n);
      h = activated<A>(ConstRow(block.gates + b * block.gates_stride, n));
      std::copy_n(h.data(), n, block.output + b * block.output_stride);
    }
  }
};

}  // namespace lockstep::eigen
