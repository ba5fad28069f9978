#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/problem_text.h"

namespace lockstep {

/// A problem of Pass::training with all that its run and its backward pass are given, the same numbers in
/// both layouts, and room for all that they return.
class TrainingSample {
 public:
  using Values = std::vector<float>;
  using Bits = std::map<std::string, std::vector<std::uint32_t>>;  // of what was returned, batch-major

  explicit TrainingSample(const std::string& text, Layout layout = Layout::time_major, unsigned seed = 17)
      : problem(parse_problem(text + "/pass:training")), layout_(layout), random_(seed) {
    const auto [batch, time_steps, features] = problem.shape;
    const std::int64_t units = output_features(problem.layer, features), steps = output_time_steps(problem);
    const auto* recurrent = as_recurrent(problem);
    const bool has_c = recurrent != nullptr && recurrent->cell == Cell::lstm;
    const auto [starts, ends, mask] = problem.extras;
    const WeightShapes shapes = weight_shapes(problem.layer, features);
    weights = {matrix(shapes.kernel), matrix(shapes.recurrent_kernel), matrix(shapes.bias)};
    of_weights = {room(weights.kernel), room(weights.recurrent_kernel), room(weights.bias)};
    input_ = sequence(time_steps, features);
    of_output_ = sequence(steps, units);
    initial_h_ = numbers(starts ? batch * units : 0, 1);
    initial_c_ = numbers(starts && has_c ? batch * units : 0, 1);
    of_final_h_ = numbers(ends ? batch * units : 0, 1);
    of_final_c_ = numbers(ends && has_c ? batch * units : 0, 1);
    output_ = room(of_output_), of_input_ = room(input_);
    of_initial_h_ = room(initial_h_), of_initial_c_ = room(initial_c_);
    if (mask == MaskPattern::none) return;
    for (std::int64_t b = 0; b < batch; ++b)
      for (std::int64_t t = 0; t < time_steps; ++t)
        mask_.push_back(static_cast<std::uint8_t>((3 * b + 2 * t) % 5 != 0));
  }

  Io io() {
    const auto [batch, time_steps, features] = problem.shape;
    Io io;
    io.input = view<const float>(input_, time_steps);
    io.initial_h = state<const float>(initial_h_);
    io.initial_c = state<const float>(initial_c_);
    if (!mask_.empty()) io.mask = mask_view(mask_.data(), batch, time_steps);
    io.output = view<float>(output_, output_time_steps(problem));
    return io;
  }
  Gradients gradients() {
    Gradients gradients;
    gradients.output = view<const float>(of_output_, output_time_steps(problem));
    gradients.final_h = state<const float>(of_final_h_);
    gradients.final_c = state<const float>(of_final_c_);
    gradients.input = view<float>(of_input_, problem.shape.time_steps);
    gradients.initial_h = state<float>(of_initial_h_);
    gradients.initial_c = state<float>(of_initial_c_);
    gradients.weights = &of_weights;
    return gradients;
  }

  Bits step(TrainableLayer& layer) {
    layer.run(io());
    return backward(layer, gradients());
  }
  /// What was not asked for stays NaN.
  Bits backward(TrainableLayer& layer, const Gradients& gradients) {
    for (Values* values : {&of_input_, &of_initial_h_, &of_initial_c_, &of_weights.kernel,
                           &of_weights.recurrent_kernel, &of_weights.bias})
      std::fill(values->begin(), values->end(), std::numeric_limits<float>::quiet_NaN());
    layer.backward(io(), gradients);
    return {{"output", bits(batch_major(output_))}, {"input", bits(batch_major(of_input_))},
            {"initial_h", bits(of_initial_h_)},     {"initial_c", bits(of_initial_c_)},
            {"kernel", bits(of_weights.kernel)},    {"recurrent_kernel", bits(of_weights.recurrent_kernel)},
            {"bias", bits(of_weights.bias)}};
  }
  static std::vector<std::uint32_t> bits(const Values& values) {
    std::vector<std::uint32_t> bits(values.size());
    std::transform(values.begin(), values.end(), bits.begin(),
                   [](float x) { return std::bit_cast<std::uint32_t>(x); });
    return bits;
  }
  const Values& of_output() const { return of_output_; }
  void zero_gradients_of_results() {
    for (Values* values : {&of_output_, &of_final_h_, &of_final_c_})
      std::fill(values->begin(), values->end(), 0.0F);
  }

  Problem problem;
  Weights weights, of_weights;

 private:
  static Values room(const Values& like) {
    return Values(like.size(), std::numeric_limits<float>::quiet_NaN());
  }
  Values numbers(std::int64_t n, float scale) {
    std::uniform_real_distribution<float> uniform(-scale, scale);
    Values values(static_cast<std::size_t>(n));
    for (float& value : values) value = uniform(random_);
    return values;
  }
  Values matrix(const WeightShapes::Matrix& shape) {
    return numbers(shape[0] * shape[1],
                   1 / std::sqrt(static_cast<float>(std::max<std::int64_t>(shape[0], 1))));
  }
  Values sequence(std::int64_t steps, std::int64_t width) {
    return reordered(numbers(problem.shape.batch * steps * width, 1), steps, Layout::batch_major, layout_);
  }
  Values batch_major(const Values& values) const {
    const auto steps = &values == &output_ ? output_time_steps(problem) : problem.shape.time_steps;
    return reordered(values, steps, layout_, Layout::batch_major);
  }
  Values reordered(const Values& values, std::int64_t steps, Layout from, Layout to) const {
    Values out(values.size());
    const std::int64_t batch = problem.shape.batch;
    const std::int64_t width = static_cast<std::int64_t>(values.size()) / (batch * steps);
    const auto source = sequence_view(values.data(), {batch, steps, width}, from);
    const auto target = sequence_view(out.data(), {batch, steps, width}, to);
    for (std::int64_t b = 0; b < batch; ++b)
      for (std::int64_t t = 0; t < steps; ++t) std::copy_n(source.row(b, t), width, target.row(b, t));
    return out;
  }
  template <class Real>
  SequenceView<Real> view(Values& values, std::int64_t steps) const {
    const std::int64_t width = static_cast<std::int64_t>(values.size()) / (problem.shape.batch * steps);
    return sequence_view<Real>(values.data(), {problem.shape.batch, steps, width}, layout_);
  }
  template <class Real>
  StateView<Real> state(Values& values) const {
    if (values.empty()) return {};
    return state_view<Real>(values.data(), problem.shape.batch,
                            output_features(problem.layer, problem.shape.features));
  }

  Layout layout_;
  std::minstd_rand random_;
  Values input_, initial_h_, initial_c_, output_, of_output_, of_final_h_, of_final_c_;
  Values of_input_, of_initial_h_, of_initial_c_;
  std::vector<std::uint8_t> mask_;
};

}  // namespace lockstep
