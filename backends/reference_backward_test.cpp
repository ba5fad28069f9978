#include "backends/reference_backward.h"

#include <functional>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "backends/reference_for_test.h"

namespace lockstep::reference {
namespace {

using Real = long double;
using Values = std::vector<Real>;

/// A layer with all that its run is given, and a loss that is linear in all that it returns.
struct Differentiated {
  explicit Differentiated(const std::string& text)
      : problem(parse_problem(text)), weights(zeros_for<Real>(problem)) {
    const auto [batch, time_steps, features] = problem.shape;
    units = output_features(problem.layer, features);
    input.resize(static_cast<std::size_t>(batch * time_steps * features));
    const auto states = static_cast<std::size_t>(batch * units);
    const bool is_lstm = as_recurrent(problem) != nullptr && as_recurrent(problem)->cell == Cell::lstm;
    if (problem.extras.initial_state) initial_h.resize(states);
    if (problem.extras.initial_state && is_lstm) initial_c.resize(states);
    if (problem.extras.final_state) of_h.resize(states);
    if (problem.extras.final_state && is_lstm) of_c.resize(states);
    of_output.resize(static_cast<std::size_t>(batch * output_time_steps(problem) * units));
    std::minstd_rand random(5);
    std::uniform_real_distribution<double> uniform(-1, 1);
    for (Values* values : {&weights.kernel, &weights.recurrent_kernel, &weights.bias, &input, &initial_h,
                           &initial_c, &of_output, &of_h, &of_c})
      for (Real& value : *values) value = static_cast<Real>(uniform(random));
    if (problem.extras.mask != MaskPattern::none)
      for (std::int64_t b = 0; b < batch; ++b)
        for (std::int64_t t = 0; t < time_steps; ++t)
          mask.push_back(static_cast<std::uint8_t>((3 * b + 2 * t) % 5 != 0));  // scattered, ends included
  }

  BasicIo<Real> io(Values& output, Values& final_h, Values& final_c) {
    const auto [batch, time_steps, features] = problem.shape;
    const auto state = [&, b = batch](Values& values) {
      return values.empty() ? StateView<Real>{} : state_view(values.data(), b, units);
    };
    output.assign(of_output.size(), 0);
    final_h.assign(of_h.size(), 0);
    final_c.assign(of_c.size(), 0);
    BasicIo<Real> io;
    io.input = sequence_view<const Real>(input.data(), {batch, time_steps, features}, Layout::batch_major);
    io.initial_h = state(initial_h);
    io.initial_c = state(initial_c);
    if (!mask.empty()) io.mask = mask_view(mask.data(), batch, time_steps);
    io.output = sequence_view(output.data(), {batch, output_time_steps(problem), units}, Layout::batch_major);
    io.final_h = state(final_h);
    io.final_c = state(final_c);
    return io;
  }

  Real loss() {
    Values output, final_h, final_c;
    LayerRows<Real>(problem, weights).run(io(output, final_h, final_c), 0, problem.shape.batch);
    return dot(output, of_output) + dot(final_h, of_h) + dot(final_c, of_c);
  }

  /// By differences to both sides, of two widths: what is left of their error falls with the fourth power.
  Values differences(Values& of) {
    Values found;
    for (Real& value : of) {
      const Real at = value;
      const auto slope_over = [&](Real width) {
        value = at + width;
        const Real above = loss();
        value = at - width;
        const Real below = loss();
        value = at;
        return (above - below) / (2 * width);
      };
      constexpr Real width = 0x1p-13L;
      found.push_back((4 * slope_over(width / 2) - slope_over(width)) / 3);
    }
    return found;
  }

  void expect_gradients() {
    const auto [batch, time_steps, features] = problem.shape;
    Values output, final_h, final_c, of_input(input.size(), 7), of_initial_h(initial_h.size(), 7),
        of_initial_c(initial_c.size(), 7);
    const BasicIo<Real> run = io(output, final_h, final_c);
    LayerRows<Real>(problem, weights).run(run, 0, batch);
    BasicWeights<Real> of_weights = zeros_for<Real>(problem);
    BasicGradients<Real> gradients;
    gradients.output = {of_output.data(), run.output.dims, run.output.strides};
    if (!of_h.empty()) gradients.final_h = state_view<const Real>(of_h.data(), batch, units);
    if (!of_c.empty()) gradients.final_c = state_view<const Real>(of_c.data(), batch, units);
    gradients.input = {of_input.data(), run.input.dims, run.input.strides};
    if (!initial_h.empty()) gradients.initial_h = state_view(of_initial_h.data(), batch, units);
    if (!initial_c.empty()) gradients.initial_c = state_view(of_initial_c.data(), batch, units);
    gradients.weights = &of_weights;
    LayerGradients<Real>(problem, weights).run(run, gradients, 0, batch);
    expect_near("input", of_input, differences(input));
    expect_near("initial_h", of_initial_h, differences(initial_h));
    expect_near("initial_c", of_initial_c, differences(initial_c));
    expect_near("kernel", of_weights.kernel, differences(weights.kernel));
    expect_near("recurrent_kernel", of_weights.recurrent_kernel, differences(weights.recurrent_kernel));
    expect_near("bias", of_weights.bias, differences(weights.bias));
  }

  /// The differences leave some width^4 and the roundings of the loss over the width.
  static void expect_near(const char* name, const Values& computed, const Values& expected) {
    constexpr Real left = 0x1p-40L;
    ASSERT_EQ(computed.size(), expected.size());
    for (std::size_t i = 0; i < computed.size(); ++i)
      EXPECT_NEAR(static_cast<double>(computed[i]), static_cast<double>(expected[i]),
                  static_cast<double>(left))
          << name << "[" << i << "]";
  }
  static Real dot(const Values& a, const Values& b) {
    Real sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  }

  Problem problem;
  std::int64_t units = 0;
  BasicWeights<Real> weights;
  Values input, initial_h, initial_c, of_output, of_h, of_c;
  std::vector<std::uint8_t> mask;
};

class Gradients : public ::testing::TestWithParam<const char*> {};

TEST_P(Gradients, AreWhatDifferencesShow) {
  Differentiated(GetParam()).expect_gradients();
}

INSTANTIATE_TEST_SUITE_P(
    Layers, Gradients,
    ::testing::Values("simple_rnn/B:2/T:5/F:3/U:4/seq:1", "simple_rnn/B:2/T:5/F:3/U:4/seq:0/state:1/final:1",
                      "simple_rnn/B:3/T:5/F:2/U:3/seq:1/mask:holes/act:softsign",
                      "simple_rnn/B:2/T:4/F:3/U:2/seq:1/bias:0/act:linear", "lstm/B:2/T:5/F:3/U:4/seq:1",
                      "lstm/B:2/T:5/F:3/U:4/seq:0/state:1/final:1/back:1",
                      "lstm/B:3/T:5/F:2/U:3/seq:1/mask:holes/state:1/final:1",
                      "lstm/B:3/T:5/F:2/U:3/seq:1/mask:holes/zero_mask:1",
                      "lstm/B:3/T:5/F:2/U:3/seq:0/mask:holes/zero_mask:1",
                      "lstm/B:2/T:4/F:3/U:2/seq:1/bias:0/act:softsign/rec_act:tanh",
                      "lstm/B:2/T:4/F:3/U:3/seq:1/act:relu/rec_act:hard_sigmoid", "gru/B:2/T:5/F:3/U:4/seq:1",
                      "gru/B:2/T:5/F:3/U:4/seq:0/state:1/final:1/back:1",
                      "gru/B:3/T:5/F:2/U:3/seq:1/mask:holes/state:1/final:1",
                      "gru/B:2/T:4/F:3/U:2/seq:1/bias:0/act:softsign/rec_act:tanh",
                      "gru/B:2/T:4/F:3/U:3/seq:1/act:relu/rec_act:hard_sigmoid",
                      "gru/B:2/T:5/F:3/U:4/seq:1/reset_after:0",
                      "gru/B:2/T:5/F:3/U:4/seq:0/reset_after:0/state:1/final:1/back:1",
                      "gru/B:3/T:5/F:2/U:3/seq:1/reset_after:0/mask:holes/state:1",
                      "gru/B:2/T:4/F:3/U:2/seq:1/reset_after:0/bias:0/rec_act:tanh", "dense/B:2/T:3/F:4/U:5",
                      "dense/B:2/T:3/F:4/U:5/bias:0/act:tanh/style:time_distributed",
                      "dense/B:2/T:3/F:4/U:5/act:softmax", "dense/B:2/T:3/F:4/U:5/act:relu",
                      "dense/B:2/T:3/F:4/U:5/act:hard_sigmoid", "dense/B:2/T:3/F:4/U:5/act:softsign",
                      "activation/B:2/T:3/F:4/act:hard_sigmoid",
                      "simple_rnn/B:2/T:4/F:3/U:3/seq:1/act:sigmoid",
                      "lstm/B:2/T:4/F:3/U:3/seq:1/act:sigmoid/rec_act:softsign",
                      "gru/B:2/T:4/F:3/U:3/seq:1/act:hard_sigmoid", "dense/B:2/T:3/F:4/U:5/act:sigmoid",
                      "activation/B:2/T:3/F:4/act:softmax", "activation/B:2/T:3/F:4/act:sigmoid",
                      "activation/B:2/T:3/F:4/act:softsign"));

}  // namespace
}  // namespace lockstep::reference
