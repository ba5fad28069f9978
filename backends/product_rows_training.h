#pragma once

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "backends/product_rows.h"
#include "backends/slope.h"
#include "backends/training_weights.h"

namespace lockstep {

/// Training of Dense on a library that offers matrix products: see product_training.h for `Library`. The
/// gradients take the form of the run: one product over all rows of a thread, or one per time step.
template <class Library>
class DenseTraining : public ProductDense<Library, TrainableLayer> {
  using Dense = ProductDense<Library, TrainableLayer>;
  using Dense::kernel_, Dense::layer_, Dense::problem_, Dense::team_;

 public:
  DenseTraining(const Problem& problem, const Weights& weights)
      : Dense(problem, weights),
        transposed_stride_(training::padded(problem.shape.features)),
        transposed_(layer_.units * transposed_stride_),
        of_sums_(problem.shape.batch * problem.shape.time_steps * layer_.units) {
    transpose();
    for (int i = 0; i < team_.threads(); ++i)
      parts_.push_back({Buffer<float>(problem.shape.features * layer_.units), Buffer<float>(layer_.units)});
  }

  void backward(const Io& io, const Gradients& gradients) override {
    const RowOrder* order = nullptr;
    if (layer_.style == DenseStyle::flattened)
      order = gradients.input ? common_order(io.input, gradients.input) : common_order(io.input, io.input);
    team_.run([&](int index) {
      const Part& part = parts_[static_cast<std::size_t>(index)];
      std::fill(part.kernel.begin(), part.kernel.end(), 0.0F);
      std::fill(part.bias.begin(), part.bias.end(), 0.0F);
      const auto [batch, time_steps, features] = problem_.shape;
      if (order != nullptr)
        return go_back(io, gradients, *order, slice_of(batch * time_steps, team_.threads(), index), part);
      const auto steps = slice_of(time_steps, team_.threads(), index);
      for (std::int64_t t = steps.begin; t < steps.end; ++t)
        go_back(io, gradients, time_major, {t * batch, (t + 1) * batch}, part);
    });
    if (gradients.weights == nullptr) return;
    team_.run([&](int index) {
      add_up(&Part::kernel, gradients.weights->kernel, index);
      add_up(&Part::bias, gradients.weights->bias, index);
    });
  }
  void update(const Weights& weights) override {
    this->take(weights);
    transpose();
  }

 private:
  /// What one thread finds for the weights.
  struct Part {
    Buffer<float> kernel, bias;
  };

  void transpose() {
    training::transpose(problem_.shape.features, layer_.units, kernel_.data(), layer_.units,
                        transposed_.data(), transposed_stride_);
  }

  /// Of rows that lie at one distance, counted in `order`.
  void go_back(const Io& io, const Gradients& gradients, const RowOrder& order, const Slice& rows,
               const Part& part) const {
    if (rows.size() == 0) return;
    const std::int64_t units = layer_.units, features = problem_.shape.features;
    const auto row_of = [&](const auto& view, std::int64_t row) {
      const std::int64_t inner = view.dims[order.inner];
      return view.data + row / inner * view.strides[order.outer] + row % inner * view.strides[order.inner];
    };
    float* of_sums = of_sums_.data() + rows.begin * units;
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      float* to = of_sums_.data() + row * units;
      if (gradients.output)
        std::copy_n(row_of(gradients.output, row), units, to);
      else
        std::fill_n(to, units, 0.0F);
      apply_slope(layer_.activation, row_of(io.output, row), to, units);
#pragma GCC ivdep
      for (std::int64_t j = 0; j < units; ++j) part.bias[j] += to[j];
    }
    if (gradients.weights != nullptr)
      Library::transposed_product(features, units, rows.size(), row_of(io.input, rows.begin),
                                  row_stride(io.input, order), of_sums, units, part.kernel.data(), units,
                                  true);
    if (gradients.input)
      Library::product(rows.size(), features, units, of_sums, units, transposed_.data(), transposed_stride_,
                       row_of(gradients.input, rows.begin), row_stride(gradients.input, order), false);
  }

  /// One thread's part of `to`, from all threads in their order; nothing where the layer has none.
  void add_up(Buffer<float> Part::*part, std::vector<float>& to, int index) const {
    const auto [begin, end] = slice_of(static_cast<std::int64_t>(to.size()), team_.threads(), index);
    std::copy(((parts_.front()).*part).begin() + begin, ((parts_.front()).*part).begin() + end,
              to.begin() + begin);
    for (std::size_t i = 1; i < parts_.size(); ++i)
      for (std::int64_t j = begin; j < end; ++j) to[static_cast<std::size_t>(j)] += (parts_[i].*part)[j];
  }

  std::int64_t transposed_stride_;
  Buffer<float> transposed_;  // [units, features]
  Buffer<float> of_sums_;     // the gradient of what was activated, [rows, units]
  std::vector<Part> parts_;
};

template <class Library>
class ActivationTraining : public RowActivation<Library, TrainableLayer> {
  using Base = RowActivation<Library, TrainableLayer>;
  using Base::problem_, Base::team_;

 public:
  using Base::Base;

  void backward(const Io& io, const Gradients& gradients) override {
    if (!gradients.input) return;
    const auto activation = std::get<ActivationSpec>(problem_.layer).activation;
    team_.run([&](int index) {
      const auto [begin, end] = slice_of(problem_.shape.batch, team_.threads(), index);
      const std::int64_t n = problem_.shape.features;
      for (std::int64_t t = 0; t < problem_.shape.time_steps; ++t)
        for (std::int64_t b = begin; b < end; ++b) {
          float* to = gradients.input.row(b, t);
          if (gradients.output)
            std::copy_n(gradients.output.row(b, t), n, to);
          else
            std::fill_n(to, n, 0.0F);
          apply_slope(activation, io.output.row(b, t), to, n);
        }
    });
  }
  void update(const Weights&) override {}  // it has none
};

}  // namespace lockstep
