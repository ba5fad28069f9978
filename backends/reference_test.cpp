#include "backends/reference_for_test.h"
#include "backends/spec_names.h"

namespace lockstep::reference {
namespace {

INSTANTIATE_TEST_SUITE_P(Cells, EveryCell,
                         ::testing::Values("simple_rnn", "lstm", "gru", "gru/reset_after:0"),
                         [](const auto& test) {
                           const std::string_view name = test.param;
                           return std::string(name.substr(0, name.find('/'))) +
                                  (name.find('/') == std::string_view::npos ? "" : "_reset_before");
                         });

TEST_P(EveryCell, ReturnsTheLastStepOfItsSequence) {
  LayerRun sequence(text("/B:2/T:4/F:3/U:5/seq:1").c_str()), last(text("/B:2/T:4/F:3/U:5").c_str());
  const Values all = sequence.scatter()(), one = last.scatter()();
  EXPECT_EQ(one, last.final_h);
  EXPECT_EQ(Values(one.begin(), one.begin() + 5), Values(all.begin() + 15, all.begin() + 20));
  EXPECT_EQ(Values(one.begin() + 5, one.end()), Values(all.begin() + 35, all.end()));
}

TEST_P(EveryCell, GoesOnFromItsFinalState) {
  LayerRun whole(text("/T:5/F:3/U:4/seq:1").c_str()), first(text("/T:2/F:3/U:4/seq:1").c_str()),
      rest(text("/T:3/F:3/U:4/seq:1/state:1").c_str());
  const Values all = whole.scatter()();
  first.weights = rest.weights = whole.weights;
  std::copy_n(whole.input.begin(), 6, first.input.begin());
  std::copy_n(whole.input.begin() + 6, 9, rest.input.begin());
  Values joined = first();
  rest.start(first.final_h, first.final_c)();
  joined.insert(joined.end(), rest.output.begin(), rest.output.end());
  EXPECT_EQ(joined, all);
}

TEST_P(EveryCell, GoingBackwardsIsTheReversedInput) {
  LayerRun backwards(text("/T:4/F:3/U:5/seq:1/back:1").c_str()), forwards(text("/T:4/F:3/U:5/seq:1").c_str());
  backwards.scatter();
  forwards.scatter();
  for (std::size_t t = 0; t < 4; ++t)
    std::copy_n(backwards.input.begin() + static_cast<std::ptrdiff_t>(3 * t), 3,
                forwards.input.begin() + static_cast<std::ptrdiff_t>(3 * (3 - t)));
  EXPECT_EQ(backwards(), forwards());  // in the order of processing, both
}

TEST_P(EveryCell, WithoutBiasIsThatWithABiasOfZero) {
  LayerRun without(text("/T:4/F:3/U:5/seq:1/bias:0").c_str()), with(text("/T:4/F:3/U:5/seq:1").c_str());
  with.scatter();
  std::fill(with.weights.bias.begin(), with.weights.bias.end(), 0);
  without.weights = with.weights;
  without.weights.bias.clear();
  without.input = with.input;
  EXPECT_EQ(without(), with());
}

TEST_P(EveryCell, PassesNanOnToAllLaterStepsAndToNoOtherSample) {
  LayerRun run(text("/B:2/T:4/F:3/U:5/seq:1").c_str());
  const Values healthy = run.scatter()();
  run.input[3] = nan;  // sample 0, step 1
  const Values output = run();
  for (std::size_t i = 0; i < output.size(); ++i) {
    if (i >= 5 && i < 20)
      EXPECT_TRUE(std::isnan(output[i])) << i;
    else
      EXPECT_EQ(output[i], healthy[i]) << i;
  }
}

TEST_P(EveryCell, OfEachActivationIsItsFormulaOverZeroGates) {
  for (const char* activation : {"linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "softsign"}) {
    LayerRun run(text(("/act:" + std::string(activation)).c_str()).c_str());
    const auto& layer = *as_recurrent(run.problem);
    // The bias of the candidate alone: gates of zero are 1 / 2.
    const double a = activate(*activation_names.parse(activation), 0.5);
    double expected = a;
    if (layer.cell == Cell::simple_rnn) run.weights.bias = {0.5};
    if (layer.cell == Cell::lstm) {
      run.weights.bias = {0, 0, 0.5, 0};
      expected = activate(*activation_names.parse(activation), a / 2) / 2;
    }
    if (layer.cell == Cell::gru) {
      run.weights.bias[2] = 0.5;
      expected = a / 2;
    }
    expect_near(run(), {expected});
  }
}

TEST(LayerRows, RunOnlyTheRowsAskedFor) {
  LayerRun run("lstm/B:3/T:2/F:2/U:2/seq:1");
  run.scatter();
  Values output(12, nan);
  BasicIo<double> io;
  io.input = sequence_view<const double>(run.input.data(), {3, 2, 2}, Layout::batch_major);
  io.output = sequence_view(output.data(), {3, 2, 2}, Layout::batch_major);
  LayerRows<double>(run.problem, run.weights).run(io, 1, 2);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(std::isnan(output[i]), i < 4 || i >= 8) << i;
}

TEST(LayerRows, RememberNothingFromARunBefore) {
  LayerRun run("lstm/B:2/T:3/F:2/U:2/seq:1");
  run.scatter();
  const auto [batch, time_steps, features] = run.problem.shape;
  Values first(12), second(12);
  BasicIo<double> io;
  io.input =
      sequence_view<const double>(run.input.data(), {batch, time_steps, features}, Layout::batch_major);
  LayerRows<double> rows(run.problem, run.weights);
  for (Values* output : {&first, &second}) {
    io.output = sequence_view(output->data(), {batch, time_steps, 2}, Layout::batch_major);
    rows.run(io, 0, batch);
  }
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace lockstep::reference
