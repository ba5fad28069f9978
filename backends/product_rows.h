#pragma once

#include <algorithm>
#include <string>

#include "backends/backend.h"
#include "backends/product_team.h"
#include "backends/team.h"

namespace lockstep {

/// Which dimension the rows of a sequence run through last.
struct RowOrder {
  std::size_t outer, inner;
};
inline constexpr RowOrder time_major{1, 0}, batch_major{0, 1};

/// Whether all batch * time rows lie at one distance in this order.
template <class Real>
bool evenly_spaced(const SequenceView<Real>& view, const RowOrder& order) {
  return view.dims[order.inner] == 1 || view.dims[order.outer] == 1 ||
         view.strides[order.outer] == view.dims[order.inner] * view.strides[order.inner];
}
/// The order in which the rows of both do, if any.
template <class One, class Other>
const RowOrder* common_order(const SequenceView<One>& one, const SequenceView<Other>& other) {
  for (const RowOrder* order : {&time_major, &batch_major})
    if (evenly_spaced(one, *order) && evenly_spaced(other, *order)) return order;
  return nullptr;
}
template <class Real>
std::int64_t row_stride(const SequenceView<Real>& view, const RowOrder& order) {
  return view.strides[view.dims[order.inner] == 1 ? order.outer : order.inner];
}

/// Dense and Activation on a library that offers matrix products. Beside `product` and `product_form` (see
/// product_recurrent.h) `Library` has activate(activation, row, n), in place, softmax included.
/// Dense flattened is one product over the batch * time rows of each thread, where those of input and output
/// are evenly spaced in one order; else, and for time_distributed, it is one per time step.
template <class Library, class Base = Layer>
class ProductDense : public Base {
 public:
  ProductDense(const Problem& problem, const Weights& weights)
      : problem_(problem),
        layer_(*as_dense(problem)),
        kernel_(problem.shape.features * layer_.units),
        bias_(layer_.use_bias ? layer_.units : 0),
        team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, parts(problem)))) {
    take(weights);
  }

  void run(const Io& io) override {
    const RowOrder* order =
        layer_.style == DenseStyle::flattened ? common_order(io.input, io.output) : nullptr;
    team_.run([&](int index) {
      const auto [batch, time_steps, features] = problem_.shape;
      if (order != nullptr) {
        const auto rows = slice_of(batch * time_steps, team_.threads(), index);
        const std::int64_t x_stride = row_stride(io.input, *order), y_stride = row_stride(io.output, *order);
        multiply(rows.size(), io.input.data + rows.begin * x_stride, x_stride,
                 io.output.data + rows.begin * y_stride, y_stride);
      } else {
        const auto steps = slice_of(time_steps, team_.threads(), index);
        for (std::int64_t t = steps.begin; t < steps.end; ++t)
          multiply(batch, io.input.row(0, t), io.input.strides[0], io.output.row(0, t), io.output.strides[0]);
      }
    });
  }

  std::string method() const override {
    const auto [batch, time_steps, features] = problem_.shape;
    const bool flat = layer_.style == DenseStyle::flattened;
    std::string text(
        Library::product_form(flat ? batch * time_steps / team_.threads() : batch, layer_.units, features));
    text += flat ? ", one product" : ", one product per step";
    if (team_.threads() > 1)
      text += ", " + std::to_string(team_.threads()) + (flat ? " row slices" : " time slices");
    return text;
  }

 private:
  static std::int64_t parts(const Problem& problem) {
    const auto& shape = problem.shape;
    return as_dense(problem)->style == DenseStyle::flattened ? shape.batch * shape.time_steps
                                                             : shape.time_steps;
  }
  void multiply(std::int64_t rows, const float* x, std::int64_t x_stride, float* y,
                std::int64_t y_stride) const {
    if (rows == 0) return;
    if (layer_.use_bias)
      for (std::int64_t i = 0; i < rows; ++i) std::copy_n(bias_.data(), layer_.units, y + i * y_stride);
    Library::product(rows, layer_.units, problem_.shape.features, x, x_stride, kernel_.data(), layer_.units,
                     y, y_stride, layer_.use_bias);
    if (layer_.activation != Activation::linear)
      for (std::int64_t i = 0; i < rows; ++i)
        Library::activate(layer_.activation, y + i * y_stride, layer_.units);
  }

 protected:
  /// Weights of the sizes of the first ones; no new memory.
  void take(const Weights& weights) {
    std::copy_n(weights.kernel.data(), kernel_.size(), kernel_.data());
    if (layer_.use_bias) std::copy_n(weights.bias.data(), bias_.size(), bias_.data());
  }

  Problem problem_;
  DenseSpec layer_;
  // On cache lines: how long a product per step takes depends on where they lie.
  Buffer<float> kernel_, bias_;
  ProductTeam<Library> team_;
};

template <class Library, class Base = Layer>
class RowActivation : public Base {
 public:
  explicit RowActivation(const Problem& problem)
      : problem_(problem),
        team_(static_cast<int>(std::min<std::int64_t>(problem.exec.threads, problem.shape.batch))) {}

  void run(const Io& io) override {
    const auto [batch, time_steps, features] = problem_.shape;
    team_.run([&, n = features](int index) {
      const auto rows = slice_of(problem_.shape.batch, team_.threads(), index);
      for (std::int64_t t = 0; t < problem_.shape.time_steps; ++t)
        for (std::int64_t b = rows.begin; b < rows.end; ++b) {
          std::copy_n(io.input.row(b, t), n, io.output.row(b, t));
          Library::activate(std::get<ActivationSpec>(problem_.layer).activation, io.output.row(b, t), n);
        }
    });
  }
  std::string method() const override { return "row by row"; }

 protected:
  Problem problem_;
  Team team_;
};

}  // namespace lockstep
