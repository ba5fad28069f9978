#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/problem_text.h"
#include "backends/reference.h"

namespace lockstep::reference {

using Values = std::vector<double>;

inline constexpr double epsilon = std::numeric_limits<double>::epsilon();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Both close to within some roundings of values around 1.
inline void expect_near(const Values& computed, const Values& expected) {
  constexpr double roundings = 16;
  ASSERT_EQ(computed.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(computed[i], expected[i], roundings * epsilon * std::max(1.0, std::abs(expected[i]))) << i;
}

/// One layer in double, with all it may be given; sequences are batch-major.
struct LayerRun {
  explicit LayerRun(const char* text) : problem(parse_problem(text)) {
    const WeightShapes shapes = weight_shapes(problem.layer, problem.shape.features);
    const auto sized = [](const WeightShapes::Matrix& shape) {
      return Values(static_cast<std::size_t>(shape[0] * shape[1]));
    };
    weights = {sized(shapes.kernel), sized(shapes.recurrent_kernel), sized(shapes.bias)};
    const auto [batch, time_steps, features] = problem.shape;
    units = output_features(problem.layer, features);
    input.resize(static_cast<std::size_t>(batch * time_steps * features));
  }
  /// Numbers that differ from each other.
  LayerRun& scatter(unsigned seed = 3) {
    std::minstd_rand random(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    for (Values* values : {&weights.kernel, &weights.recurrent_kernel, &weights.bias, &input})
      for (double& value : *values) value = uniform(random);
    return *this;
  }
  LayerRun& start(Values h, Values c = {}) {
    initial_h = std::move(h);
    initial_c = std::move(c);
    return *this;
  }
  const Values& operator()() {
    const auto [batch, time_steps, features] = problem.shape;
    const std::int64_t steps = output_time_steps(problem);
    const auto state = [&, b = batch](Values& values) {
      return state_view(values.empty() ? nullptr : values.data(), b, units);
    };
    output.assign(static_cast<std::size_t>(batch * steps * units), nan);
    final_h.assign(as_recurrent(problem) != nullptr ? static_cast<std::size_t>(batch * units) : 0, nan);
    final_c = final_h;
    BasicIo<double> io;
    io.input = sequence_view<const double>(input.data(), {batch, time_steps, features}, Layout::batch_major);
    io.output = sequence_view(output.data(), {batch, steps, units}, Layout::batch_major);
    io.initial_h = state(initial_h);
    io.initial_c = state(initial_c);
    io.final_h = state(final_h);
    io.final_c = state(final_c);
    if (!mask.empty()) io.mask = mask_view(mask.data(), batch, time_steps);
    LayerRows<double>(problem, weights).run(io, 0, batch);
    return output;
  }
  Problem problem;
  std::int64_t units = 0;
  BasicWeights<double> weights;
  Values input, initial_h, initial_c, output, final_h, final_c;
  std::vector<std::uint8_t> mask;
};

/// The cells, each GRU by itself: the fields of a problem's text up to the layer's.
class EveryCell : public ::testing::TestWithParam<const char*> {
 protected:
  static std::string text(const char* fields) { return std::string(GetParam()) + fields; }
};
}  // namespace lockstep::reference
