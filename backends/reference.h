#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "backends/backend.h"
#include "backends/spec.h"
#include "backends/tensor.h"
#include "backends/weights.h"

/// The mathematics of the layers in plain loops: what "right" means. In double it is the oracle, at float the
/// naive backend. No library, no intrinsics, nothing shared with what is under test.
namespace lockstep::reference {

/// keras/src/activations/activations.py (Keras 3: hard_sigmoid is clip(x / 6 + 1 / 2, 0, 1)); NaN stays NaN.
template <class Real>
Real activate(Activation activation, Real x) {
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::tanh:
      return std::tanh(x);
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::hard_sigmoid:
      return std::clamp(x / 6 + Real(0.5), Real(0), Real(1));
    case Activation::relu:
      return x < 0 ? Real(0) : x;
    case Activation::softsign:
      return x / (1 + std::abs(x));
    case Activation::softmax:
      break;  // needs the whole row: activate_row
  }
  return x;
}

/// In place on `n` values; softmax over all of them, shifted by their maximum.
template <class Real>
void activate_row(Activation activation, Real* row, std::int64_t n) {
  if (activation != Activation::softmax) {
    for (std::int64_t j = 0; j < n; ++j) row[j] = activate(activation, row[j]);
    return;
  }
  const Real top = *std::max_element(row, row + n);
  Real sum = 0;
  for (std::int64_t j = 0; j < n; ++j) sum += row[j] = std::exp(row[j] - top);
  for (std::int64_t j = 0; j < n; ++j) row[j] /= sum;
}

/// y[0..n) += x[0..k) · matrix [k, n], columns [first, first + n) of rows of `stride`.
template <class Real>
void add_product(const Real* x, std::int64_t k, const Real* matrix, std::int64_t stride, Real* __restrict y,
                 std::int64_t n) {
  for (std::int64_t i = 0; i < k; ++i) {
    const Real* row = matrix + i * stride;
    for (std::int64_t j = 0; j < n; ++j) y[j] += x[i] * row[j];
  }
}

/// How the layers calculate: as written above. Another policy with the same members may calculate otherwise,
/// to see what that does to a result.
template <class Real>
struct Plain {
  void add_product(const Real* x, std::int64_t k, const Real* matrix, std::int64_t stride, Real* y,
                   std::int64_t n) {
    reference::add_product(x, k, matrix, stride, y, n);
  }
  Real activate(Activation activation, Real x) { return reference::activate(activation, x); }
  void activate_row(Activation activation, Real* row, std::int64_t n) {
    reference::activate_row(activation, row, n);
  }
};

template <class Real>
void copy_or_zero(const Real* from, std::int64_t n, Real* to) {
  if (from != nullptr)
    std::copy_n(from, n, to);
  else
    std::fill_n(to, n, Real(0));
}

/// One recurrent layer on one batch row at a time.
/// keras/src/layers/rnn/{simple_rnn,lstm,gru}.py, `call` of the cells; masks as in
/// keras/src/backend/tensorflow/rnn.py.
template <class Real, class Arithmetic = Plain<Real>>
class Recurrent {
 public:
  /// What `weights` shows outlives this.
  Recurrent(const RecurrentSpec& layer, const Shape& shape, WeightsView<Real> weights,
            Arithmetic arithmetic = {})
      : layer_(layer),
        shape_(shape),
        weights_(weights),
        arithmetic_(std::move(arithmetic)),
        columns_(gate_count(layer) * layer.units),
        h_(size(layer.units)),
        c_(h_),
        activated_c_(h_),
        reset_h_(h_),
        shown_(h_),
        gates_(size(columns_)),
        recurrent_(gates_) {}

  void run_row(const BasicIo<Real>& io, std::int64_t b) {
    const std::int64_t units = layer_.units;
    copy_or_zero(io.initial_h ? io.initial_h.row(b) : nullptr, units, h_.data());
    copy_or_zero(io.initial_c ? io.initial_c.row(b) : nullptr, units, c_.data());
    std::fill(shown_.begin(), shown_.end(), Real(0));
    for (std::int64_t step = 0; step < shape_.time_steps; ++step) {
      const std::int64_t t = layer_.go_backwards ? shape_.time_steps - 1 - step : step;
      if (!io.mask || io.mask(b, t) != 0) {
        advance(io.input.row(b, t));
        shown_ = h_;
      } else if (layer_.zero_output_for_mask) {
        std::fill(shown_.begin(), shown_.end(), Real(0));
      }  // else the state stays, and the output before is shown again
      if (layer_.return_sequences) std::copy_n(shown_.data(), units, io.output.row(b, step));
    }
    if (!layer_.return_sequences) std::copy_n(shown_.data(), units, io.output.row(b, 0));
    if (io.final_h) std::copy_n(h_.data(), units, io.final_h.row(b));
    if (io.final_c) std::copy_n(c_.data(), units, io.final_c.row(b));
  }

 protected:
  static std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

  /// One step of the cell: h_ and c_ from the step before to this one. Leaves the gates activated.
  void advance(const Real* x) {
    copy_or_zero(layer_.use_bias ? weights_.bias : nullptr, columns_, gates_.data());
    arithmetic_.add_product(x, shape_.features, weights_.kernel, columns_, gates_.data(), columns_);
    switch (layer_.cell) {
      case Cell::simple_rnn:
        return advance_simple_rnn();
      case Cell::lstm:
        return advance_lstm();
      case Cell::gru:
        return layer_.reset_after ? advance_gru_reset_after() : advance_gru_reset_before();
    }
  }
  Real outer(Real x) { return arithmetic_.activate(layer_.activation, x); }
  Real inner(Real x) { return arithmetic_.activate(layer_.recurrent_activation, x); }
  void add_recurrent(const Real* h, std::int64_t first, std::int64_t n, Real* to) {
    arithmetic_.add_product(h, layer_.units, weights_.recurrent_kernel + first, columns_, to, n);
  }

  void advance_simple_rnn() {
    add_recurrent(h_.data(), 0, columns_, gates_.data());
    for (std::int64_t j = 0; j < layer_.units; ++j) h_[size(j)] = outer(gates_[size(j)]);
  }

  void advance_lstm() {
    const std::int64_t units = layer_.units;
    add_recurrent(h_.data(), 0, columns_, gates_.data());
    Real *i = gates_.data(), *f = i + units, *candidate = f + units, *o = candidate + units;
    for (std::int64_t j = 0; j < units; ++j) {
      i[j] = inner(i[j]);
      f[j] = inner(f[j]);
      candidate[j] = outer(candidate[j]);
      o[j] = inner(o[j]);
      c_[size(j)] = f[j] * c_[size(j)] + i[j] * candidate[j];
      activated_c_[size(j)] = outer(c_[size(j)]);
      h_[size(j)] = o[j] * activated_c_[size(j)];
    }
  }

  void advance_gru_reset_after() {
    const std::int64_t units = layer_.units;
    copy_or_zero(layer_.use_bias ? weights_.bias + columns_ : nullptr, columns_, recurrent_.data());
    add_recurrent(h_.data(), 0, columns_, recurrent_.data());
    Real *z = gates_.data(), *r = z + units, *candidate = r + units;
    const Real *h_z = recurrent_.data(), *h_r = h_z + units, *h_candidate = h_r + units;
    for (std::int64_t j = 0; j < units; ++j) {
      z[j] = inner(z[j] + h_z[j]);
      r[j] = inner(r[j] + h_r[j]);
      candidate[j] = outer(candidate[j] + r[j] * h_candidate[j]);
      h_[size(j)] = z[j] * h_[size(j)] + (1 - z[j]) * candidate[j];
    }
  }

  void advance_gru_reset_before() {
    const std::int64_t units = layer_.units;
    add_recurrent(h_.data(), 0, 2 * units, gates_.data());
    Real *z = gates_.data(), *r = z + units, *candidate = r + units;
    for (std::int64_t j = 0; j < units; ++j) {
      r[j] = inner(r[j]);
      reset_h_[size(j)] = r[j] * h_[size(j)];
    }
    add_recurrent(reset_h_.data(), 2 * units, units, candidate);
    for (std::int64_t j = 0; j < units; ++j) {
      z[j] = inner(z[j]);
      candidate[j] = outer(candidate[j]);
      h_[size(j)] = z[j] * h_[size(j)] + (1 - z[j]) * candidate[j];
    }
  }

  RecurrentSpec layer_;
  Shape shape_;
  WeightsView<Real> weights_;
  Arithmetic arithmetic_;
  std::int64_t columns_;  // gates * units
  CacheLines<Real> h_, c_, activated_c_, reset_h_, shown_;
  CacheLines<Real> gates_;      // [gates * units]
  CacheLines<Real> recurrent_;  // gru with reset_after: h · recurrent_kernel + its bias
};

/// One batch row of Dense: the same loop in both styles, which differ only in how a library groups the rows.
template <class Real, class Arithmetic>
void run_row(const DenseSpec& layer, const Shape& shape, WeightsView<Real> weights, const BasicIo<Real>& io,
             std::int64_t b, Arithmetic& arithmetic) {
  for (std::int64_t t = 0; t < shape.time_steps; ++t) {
    Real* y = io.output.row(b, t);
    copy_or_zero(layer.use_bias ? weights.bias : nullptr, layer.units, y);
    arithmetic.add_product(io.input.row(b, t), shape.features, weights.kernel, layer.units, y, layer.units);
    arithmetic.activate_row(layer.activation, y, layer.units);
  }
}

template <class Real, class Arithmetic>
void run_row(const ActivationSpec& layer, const Shape& shape, const BasicIo<Real>& io, std::int64_t b,
             Arithmetic& arithmetic) {
  for (std::int64_t t = 0; t < shape.time_steps; ++t) {
    Real* y = io.output.row(b, t);
    std::copy_n(io.input.row(b, t), shape.features, y);
    arithmetic.activate_row(layer.activation, y, shape.features);
  }
}

/// A layer of any kind, ready to run rows of a batch; one per thread.
template <class Real, class Arithmetic = Plain<Real>>
class LayerRows {
 public:
  /// What `weights` shows outlives this.
  LayerRows(const Problem& problem, WeightsView<Real> weights, Arithmetic arithmetic = {})
      : problem_(problem), weights_(weights), arithmetic_(std::move(arithmetic)) {
    if (const auto* recurrent = as_recurrent(problem))
      recurrent_.emplace(*recurrent, problem.shape, weights, arithmetic_);
  }

  /// Rows [begin, end) of the batch.
  void run(const BasicIo<Real>& io, std::int64_t begin, std::int64_t end) {
    for (std::int64_t b = begin; b < end; ++b) {
      if (recurrent_)
        recurrent_->run_row(io, b);
      else if (const auto* dense = as_dense(problem_))
        run_row(*dense, problem_.shape, weights_, io, b, arithmetic_);
      else
        run_row(std::get<ActivationSpec>(problem_.layer), problem_.shape, io, b, arithmetic_);
    }
  }

 private:
  Problem problem_;
  WeightsView<Real> weights_;
  Arithmetic arithmetic_;
  std::optional<Recurrent<Real, Arithmetic>> recurrent_;
};

}  // namespace lockstep::reference
