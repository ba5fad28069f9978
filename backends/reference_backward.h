#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "backends/reference.h"

/// The gradients of the layers in plain loops, by the chain rule on what reference.h computes: what "right"
/// means for a backward pass. Through time as in Werbos, Backpropagation through time (1990); GRU and LSTM
/// as the automatic differentiation of keras/src/layers/rnn/{gru,lstm}.py gives them.
namespace lockstep::reference {

/// The derivative of an elementwise activation where its value is `y`; at a kink, that of the side where it
/// is constant, as TensorFlow's ReluGrad and Relu6Grad.
template <class Real>
Real slope(Activation activation, Real y) {
  switch (activation) {
    case Activation::linear:
    case Activation::softmax:  // needs the whole row: slope_row
      return 1;
    case Activation::tanh:
      return 1 - y * y;
    case Activation::sigmoid:
      return y * (1 - y);
    case Activation::hard_sigmoid:
      return y > 0 && y < 1 ? Real(1) / 6 : Real(0);
    case Activation::relu:
      return y > 0 ? Real(1) : Real(0);
    case Activation::softsign:
      return (1 - std::abs(y)) * (1 - std::abs(y));
  }
  return 1;
}

/// From the gradient of `n` activated values `y` to that of what was activated, in place.
template <class Real>
void slope_row(Activation activation, const Real* y, Real* gradient, std::int64_t n) {
  if (activation != Activation::softmax) {
    for (std::int64_t j = 0; j < n; ++j) gradient[j] *= slope(activation, y[j]);
    return;
  }
  Real mean = 0;
  for (std::int64_t j = 0; j < n; ++j) mean += gradient[j] * y[j];
  for (std::int64_t j = 0; j < n; ++j) gradient[j] = y[j] * (gradient[j] - mean);
}

/// y[0..k) += matrix [k, n] · x[0..n), columns [first, first + n) of rows of `stride`.
template <class Real>
void add_transposed_product(const Real* x, std::int64_t n, const Real* matrix, std::int64_t stride, Real* y,
                            std::int64_t k) {
  for (std::int64_t i = 0; i < k; ++i) {
    const Real* row = matrix + i * stride;
    Real sum = 0;
    for (std::int64_t j = 0; j < n; ++j) sum += x[j] * row[j];
    y[i] += sum;
  }
}

/// y [k, n] += xᵀ · g, with x [rows, k] and g [rows, n]; g and y lie in rows of their strides.
template <class Real>
void add_outer_products(std::int64_t rows, const Real* x, std::int64_t k, const Real* g,
                        std::int64_t g_stride, Real* y, std::int64_t y_stride, std::int64_t n) {
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t i = 0; i < k; ++i) {
      const Real factor = x[row * k + i];
      const Real* from = g + row * g_stride;
      Real* __restrict to = y + i * y_stride;
      for (std::int64_t j = 0; j < n; ++j) to[j] += factor * from[j];
    }
}

/// How the backward pass calculates, beside what the forward pass asks for.
template <class Real>
struct PlainBackward : Plain<Real> {
  void add_transposed_product(const Real* x, std::int64_t n, const Real* matrix, std::int64_t stride, Real* y,
                              std::int64_t k) {
    reference::add_transposed_product(x, n, matrix, stride, y, k);
  }
  void add_outer_products(std::int64_t rows, const Real* x, std::int64_t k, const Real* g,
                          std::int64_t g_stride, Real* y, std::int64_t y_stride, std::int64_t n) {
    reference::add_outer_products(rows, x, k, g, g_stride, y, y_stride, n);
  }
  Real slope(Activation activation, Real y) { return reference::slope(activation, y); }
  void slope_row(Activation activation, const Real* y, Real* gradient, std::int64_t n) {
    reference::slope_row(activation, y, gradient, n);
  }
};

/// The gradients of one recurrent layer, one batch row at a time. What is virtual may be computed otherwise,
/// to see what that does to a gradient.
template <class Real, class Arithmetic = PlainBackward<Real>>
class RecurrentGradients : protected Recurrent<Real, Arithmetic> {
 protected:
  using Forward = Recurrent<Real, Arithmetic>;
  using Forward::activated_c_, Forward::advance, Forward::arithmetic_, Forward::c_, Forward::columns_,
      Forward::gates_, Forward::h_, Forward::layer_, Forward::recurrent_, Forward::reset_h_, Forward::shape_,
      Forward::size, Forward::weights_;

 public:
  /// What `weights` shows outlives this.
  RecurrentGradients(const RecurrentSpec& layer, const Shape& shape, WeightsView<Real> weights,
                     Arithmetic arithmetic = {})
      : Forward(layer, shape, weights, std::move(arithmetic)),
        steps_(size(shape.time_steps)),
        ones_(size(shape.time_steps), Real(1)),
        dh_(size(layer.units)),
        dc_(dh_),
        shown_(dh_),
        passed_(dh_) {
    const auto of_sequence = [&](std::int64_t width) {
      return CacheLines<Real>(size(shape.time_steps * width));
    };
    xs_ = of_sequence(shape.features);
    hs_ = of_sequence(layer.units);
    resets_ = of_sequence(layer.units);
    of_input_ = of_sequence(columns_);
    of_state_ = of_sequence(columns_);
    for (Step& step : steps_) {
      step.gates.resize(size(columns_));
      step.c = step.activated_c = step.recurrent = CacheLines<Real>(size(layer.units));
    }
  }
  virtual ~RecurrentGradients() = default;

  /// Computes the row anew, then its gradients; adds to those of the weights. The outputs of `io` are not
  /// looked at.
  void run_row(const BasicIo<Real>& io, const BasicGradients<Real>& gradients, std::int64_t b) {
    go_forward(io, b);
    go_back(gradients, b);
    if (gradients.weights != nullptr) add_weight_gradients(*gradients.weights);
  }

 protected:
  /// What one step leaves for the way back; its h and reset_h lie in hs_ and resets_.
  struct Step {
    bool counts = true;
    CacheLines<Real> gates, c, activated_c, recurrent;  // c before the step; recurrent: of the candidate
  };

  /// From the gradients of the state after step s, dh_ and dc_, to those of what was activated, as the input
  /// enters there and as the state does; and to those of the state before, but for what goes through the
  /// recurrent product. [gates * units] each.
  virtual void through_gates(std::int64_t s, Real* of_input, Real* of_state) {
    switch (layer_.cell) {
      case Cell::simple_rnn:
        through_simple_rnn(s, of_input);
        break;
      case Cell::lstm:
        through_lstm(s, of_input);
        break;
      case Cell::gru:
        return layer_.reset_after ? through_gru_reset_after(s, of_input, of_state)
                                  : through_gru_reset_before(s, of_input, of_state);
    }
    std::copy_n(of_input, columns_, of_state);
    std::fill(dh_.begin(), dh_.end(), Real(0));
  }
  /// dh_ += recurrent_kernel · of_state.
  virtual void through_product(const Real* of_state) { add_through_state(of_state, 0, by_h(), dh_.data()); }
  /// The gradient of what step t of the output shows.
  virtual void add_output_gradient(const BasicGradients<Real>& gradients, std::int64_t b, std::int64_t t) {
    if (!gradients.output) return;
    const Real* from = gradients.output.row(b, t);
    for (std::int64_t j = 0; j < layer_.units; ++j) shown_[size(j)] += from[j];
  }
  /// One sum over all steps each.
  virtual void add_weight_gradients(BasicWeights<Real>& to) {
    const std::int64_t time_steps = shape_.time_steps, units = layer_.units;
    const auto add = [&](const Real* x, std::int64_t k, const CacheLines<Real>& g, std::int64_t first,
                         std::int64_t n, Real* y) {
      arithmetic_.add_outer_products(time_steps, x, k, g.data() + first, columns_, y + first, columns_, n);
    };
    add(xs_.data(), shape_.features, of_input_, 0, columns_, to.kernel.data());
    add(hs_.data(), units, of_state_, 0, by_h(), to.recurrent_kernel.data());
    if (by_h() < columns_) add(resets_.data(), units, of_state_, by_h(), units, to.recurrent_kernel.data());
    if (!layer_.use_bias) return;
    add(ones_.data(), 1, of_input_, 0, columns_, to.bias.data());
    if (layer_.cell == Cell::gru && layer_.reset_after)
      add(ones_.data(), 1, of_state_, 0, columns_, to.bias.data() + columns_);
  }

  /// Columns of the recurrent kernel that h itself is multiplied with: with the reset before the product, the
  /// candidate's are not.
  std::int64_t by_h() const {
    return layer_.cell == Cell::gru && !layer_.reset_after ? 2 * layer_.units : columns_;
  }
  /// to += recurrent_kernel[:, first ... first + n) · g.
  void add_through_state(const Real* g, std::int64_t first, std::int64_t n, Real* to) {
    arithmetic_.add_transposed_product(g, n, weights_.recurrent_kernel + first, columns_, to, layer_.units);
  }
  Real outer_slope(Real y) { return arithmetic_.slope(layer_.activation, y); }
  Real inner_slope(Real y) { return arithmetic_.slope(layer_.recurrent_activation, y); }

 private:
  void go_forward(const BasicIo<Real>& io, std::int64_t b) {
    const std::int64_t units = layer_.units, features = shape_.features;
    copy_or_zero(io.initial_h ? io.initial_h.row(b) : nullptr, units, h_.data());
    copy_or_zero(io.initial_c ? io.initial_c.row(b) : nullptr, units, c_.data());
    for (std::int64_t s = 0; s < shape_.time_steps; ++s) {
      const std::int64_t t = layer_.go_backwards ? shape_.time_steps - 1 - s : s;
      Step& step = steps_[size(s)];
      step.counts = !io.mask || io.mask(b, t) != 0;
      std::copy_n(io.input.row(b, t), features, xs_.data() + s * features);
      std::copy_n(h_.data(), units, hs_.data() + s * units);
      step.c = c_;
      if (!step.counts) continue;
      advance(io.input.row(b, t));
      step.gates = gates_;
      step.activated_c = activated_c_;
      std::copy_n(reset_h_.data(), units, resets_.data() + s * units);
      if (layer_.cell == Cell::gru) std::copy_n(recurrent_.data() + 2 * units, units, step.recurrent.data());
    }
  }

  void go_back(const BasicGradients<Real>& gradients, std::int64_t b) {
    const std::int64_t units = layer_.units, time_steps = shape_.time_steps;
    copy_or_zero(gradients.final_h ? gradients.final_h.row(b) : nullptr, units, dh_.data());
    copy_or_zero(gradients.final_c ? gradients.final_c.row(b) : nullptr, units, dc_.data());
    std::fill(shown_.begin(), shown_.end(), Real(0));
    if (!layer_.return_sequences) add_output_gradient(gradients, b, 0);
    for (std::int64_t s = time_steps - 1; s >= 0; --s) {
      if (layer_.return_sequences) add_output_gradient(gradients, b, s);
      Real* of_input = of_input_.data() + s * columns_;
      Real* of_state = of_state_.data() + s * columns_;
      if (steps_[size(s)].counts) {
        for (std::int64_t j = 0; j < units; ++j) dh_[size(j)] += shown_[size(j)];
        through_gates(s, of_input, of_state);
        through_product(of_state);
      } else {  // the state stayed, and the output before was shown again, or zeros
        std::fill_n(of_input, columns_, Real(0));
        std::fill_n(of_state, columns_, Real(0));
      }
      if (steps_[size(s)].counts || layer_.zero_output_for_mask)
        std::fill(shown_.begin(), shown_.end(), Real(0));
      if (gradients.input) {
        Real* to = gradients.input.row(b, layer_.go_backwards ? time_steps - 1 - s : s);
        std::fill_n(to, shape_.features, Real(0));
        arithmetic_.add_transposed_product(of_input, columns_, weights_.kernel, columns_, to,
                                           shape_.features);
      }
    }
    if (gradients.initial_h) std::copy_n(dh_.data(), units, gradients.initial_h.row(b));
    if (gradients.initial_c) std::copy_n(dc_.data(), units, gradients.initial_c.row(b));
  }

  void through_simple_rnn(std::int64_t s, Real* of_input) {
    const Real* h = s + 1 < shape_.time_steps ? hs_.data() + (s + 1) * layer_.units : h_.data();
    for (std::int64_t j = 0; j < layer_.units; ++j) of_input[j] = dh_[size(j)] * outer_slope(h[j]);
  }

  void through_lstm(std::int64_t s, Real* of_input) {
    const std::int64_t units = layer_.units;
    const Step& step = steps_[size(s)];
    const Real *i = step.gates.data(), *f = i + units, *candidate = f + units, *o = candidate + units;
    Real *di = of_input, *df = di + units, *dcandidate = df + units, *d_o = dcandidate + units;
    for (std::int64_t j = 0; j < units; ++j) {
      const Real shown_c = step.activated_c[size(j)];
      const Real dc = dc_[size(j)] + dh_[size(j)] * o[j] * outer_slope(shown_c);
      di[j] = dc * candidate[j] * inner_slope(i[j]);
      df[j] = dc * step.c[size(j)] * inner_slope(f[j]);
      dcandidate[j] = dc * i[j] * outer_slope(candidate[j]);
      d_o[j] = dh_[size(j)] * shown_c * inner_slope(o[j]);
      dc_[size(j)] = dc * f[j];
    }
  }

  void through_gru_reset_after(std::int64_t s, Real* of_input, Real* of_state) {
    const std::int64_t units = layer_.units;
    const Step& step = steps_[size(s)];
    const Real* h = hs_.data() + s * units;
    const Real *z = step.gates.data(), *r = z + units, *candidate = r + units;
    Real *dz = of_input, *dr = dz + units, *dcandidate = dr + units;
    for (std::int64_t j = 0; j < units; ++j) {
      const Real dh = dh_[size(j)];
      dz[j] = dh * (h[j] - candidate[j]) * inner_slope(z[j]);
      dcandidate[j] = dh * (1 - z[j]) * outer_slope(candidate[j]);
      dr[j] = dcandidate[j] * step.recurrent[size(j)] * inner_slope(r[j]);
      dh_[size(j)] = dh * z[j];
      of_state[2 * units + j] = dcandidate[j] * r[j];
    }
    std::copy_n(of_input, 2 * units, of_state);
  }

  void through_gru_reset_before(std::int64_t s, Real* of_input, Real* of_state) {
    const std::int64_t units = layer_.units;
    const Step& step = steps_[size(s)];
    const Real* h = hs_.data() + s * units;
    const Real *z = step.gates.data(), *r = z + units, *candidate = r + units;
    Real *dz = of_input, *dr = dz + units, *dcandidate = dr + units;
    for (std::int64_t j = 0; j < units; ++j)
      dcandidate[j] = dh_[size(j)] * (1 - z[j]) * outer_slope(candidate[j]);
    std::fill(passed_.begin(), passed_.end(), Real(0));  // the gradient of r * h
    add_through_state(dcandidate, 2 * units, units, passed_.data());
    for (std::int64_t j = 0; j < units; ++j) {
      dz[j] = dh_[size(j)] * (h[j] - candidate[j]) * inner_slope(z[j]);
      dr[j] = passed_[size(j)] * h[j] * inner_slope(r[j]);
      dh_[size(j)] = dh_[size(j)] * z[j] + passed_[size(j)] * r[j];
    }
    std::copy_n(of_input, columns_, of_state);
  }

 protected:
  std::vector<Step> steps_;  // in the order of processing, as all sequences here
  CacheLines<Real> xs_, hs_, resets_;
  CacheLines<Real> of_input_, of_state_;  // [time_steps, gates * units]
  CacheLines<Real> ones_, dh_, dc_, shown_, passed_;
};

/// The gradients of a layer of any kind, ready for rows of a batch; one per thread.
template <class Real, class Arithmetic = PlainBackward<Real>,
          class ThroughTime = RecurrentGradients<Real, Arithmetic>>
class LayerGradients {
 public:
  /// What `weights` shows outlives this.
  LayerGradients(const Problem& problem, WeightsView<Real> weights, Arithmetic arithmetic = {})
      : problem_(problem), weights_(weights), arithmetic_(std::move(arithmetic)) {
    if (const auto* recurrent = as_recurrent(problem)) {
      recurrent_.emplace(*recurrent, problem.shape, weights, arithmetic_);
      return;
    }
    const auto size = [&](std::int64_t width) {
      return static_cast<std::size_t>(problem.shape.time_steps * width);
    };
    of_sums_.resize(size(output_features(problem.layer, problem.shape.features)));
    xs_.resize(size(problem.shape.features));
    ones_.assign(size(1), Real(1));
  }

  /// Of rows [begin, end) of the batch; adds to the gradients of the weights. `io` is that of the forward
  /// run.
  void run(const BasicIo<Real>& io, const BasicGradients<Real>& gradients, std::int64_t begin,
           std::int64_t end) {
    for (std::int64_t b = begin; b < end; ++b) {
      if (recurrent_)
        recurrent_->run_row(io, gradients, b);
      else if (const auto* dense = as_dense(problem_))
        run_dense(*dense, io, gradients, b);
      else
        run_activation(io, gradients, b);
    }
  }

 private:
  /// of_sums [time_steps, units] = the gradient of what was activated.
  void load_gradient(Activation activation, const BasicIo<Real>& io, const BasicGradients<Real>& gradients,
                     std::int64_t b) {
    const std::int64_t units = io.output.dims[2];
    for (std::int64_t t = 0; t < problem_.shape.time_steps; ++t) {
      Real* to = of_sums_.data() + t * units;
      copy_or_zero(gradients.output ? gradients.output.row(b, t) : nullptr, units, to);
      arithmetic_.slope_row(activation, io.output.row(b, t), to, units);
    }
  }

  void run_dense(const DenseSpec& layer, const BasicIo<Real>& io, const BasicGradients<Real>& gradients,
                 std::int64_t b) {
    const auto [batch, time_steps, features] = problem_.shape;
    load_gradient(layer.activation, io, gradients, b);
    for (std::int64_t t = 0; t < time_steps; ++t) {
      std::copy_n(io.input.row(b, t), features, xs_.data() + t * features);
      if (!gradients.input) continue;
      std::fill_n(gradients.input.row(b, t), features, Real(0));
      arithmetic_.add_transposed_product(of_sums_.data() + t * layer.units, layer.units, weights_.kernel,
                                         layer.units, gradients.input.row(b, t), features);
    }
    if (gradients.weights == nullptr) return;
    const auto add = [&, steps = time_steps](const CacheLines<Real>& x, std::int64_t k,
                                             std::vector<Real>& to) {
      arithmetic_.add_outer_products(steps, x.data(), k, of_sums_.data(), layer.units, to.data(), layer.units,
                                     layer.units);
    };
    add(xs_, features, gradients.weights->kernel);
    if (layer.use_bias) add(ones_, 1, gradients.weights->bias);
  }

  void run_activation(const BasicIo<Real>& io, const BasicGradients<Real>& gradients, std::int64_t b) {
    if (!gradients.input) return;
    const std::int64_t units = problem_.shape.features;
    load_gradient(std::get<ActivationSpec>(problem_.layer).activation, io, gradients, b);
    for (std::int64_t t = 0; t < problem_.shape.time_steps; ++t)
      std::copy_n(of_sums_.data() + t * units, units, gradients.input.row(b, t));
  }

  Problem problem_;
  WeightsView<Real> weights_;
  Arithmetic arithmetic_;
  std::optional<ThroughTime> recurrent_;
  CacheLines<Real> of_sums_, xs_, ones_;
};

/// Zeros in the sizes of the layer's weights.
template <class Real>
BasicWeights<Real> zeros_for(const Problem& problem) {
  const WeightShapes shapes = weight_shapes(problem.layer, problem.shape.features);
  const auto zeros = [](const WeightShapes::Matrix& shape) {
    return std::vector<Real>(static_cast<std::size_t>(shape[0] * shape[1]));
  };
  return {zeros(shapes.kernel), zeros(shapes.recurrent_kernel), zeros(shapes.bias)};
}
template <class Real>
void fill_zero(BasicWeights<Real>& weights) {
  for (std::vector<Real>* values : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
    std::fill(values->begin(), values->end(), Real(0));
}

/// to += from, both of one layer's sizes.
template <class Real>
void add(const BasicWeights<Real>& from, BasicWeights<Real>& to) {
  const auto add_all = [](const std::vector<Real>& a, std::vector<Real>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) b[i] += a[i];
  };
  add_all(from.kernel, to.kernel);
  add_all(from.recurrent_kernel, to.recurrent_kernel);
  add_all(from.bias, to.bias);
}

}  // namespace lockstep::reference
