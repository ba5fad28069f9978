#include "backends/reference_for_test.h"

namespace lockstep::reference {
namespace {

using ::testing::Each;

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// With h from the step before: tanh(x w + h u + b).
TEST(SimpleRnn, OfOneUnitIsItsFormula) {
  LayerRun run("simple_rnn/T:3/seq:1/state:1");
  run.weights = {{0.5}, {-0.75}, {0.125}};
  run.input = {1, -2, 0.5};
  run.start({0.25});
  const double h1 = std::tanh(0.5 - 0.75 * 0.25 + 0.125);
  const double h2 = std::tanh(-1 - 0.75 * h1 + 0.125);
  const double h3 = std::tanh(0.25 - 0.75 * h2 + 0.125);
  expect_near(run(), {h1, h2, h3});
  expect_near(run.final_h, {h3});
}

// Gates i f c o, each of its own numbers.
TEST(Lstm, OfOneUnitIsItsFormula) {
  LayerRun run("lstm/T:2/seq:1/state:1");
  run.weights = {{0.5, -0.25, 0.75, 1}, {-0.5, 0.375, 0.25, -1}, {0.125, 1, -0.25, 0.5}};
  run.input = {2, -1};
  run.start({0.5}, {-0.75});
  double h = 0.5, c = -0.75;
  Values outputs;
  for (const double x : run.input) {
    const double i = sigmoid(0.5 * x - 0.5 * h + 0.125), f = sigmoid(-0.25 * x + 0.375 * h + 1);
    const double candidate = std::tanh(0.75 * x + 0.25 * h - 0.25), o = sigmoid(x - h + 0.5);
    c = f * c + i * candidate;
    h = o * std::tanh(c);
    outputs.push_back(h);
  }
  expect_near(run(), outputs);
  expect_near(run.final_h, {h});
  expect_near(run.final_c, {c});
}

// Gates z r h; the reset works on the product with its own bias.
TEST(GruResetAfter, OfOneUnitIsItsFormula) {
  LayerRun run("gru/T:2/seq:1/state:1");
  run.weights = {{0.5, -0.25, 0.75}, {-0.5, 0.375, 0.25}, {0.125, 1, -0.25, 0.5, -0.75, 0.625}};
  run.input = {2, -1};
  run.start({0.5});
  double h = 0.5;
  Values outputs;
  for (const double x : run.input) {
    const double z = sigmoid(0.5 * x + 0.125 - 0.5 * h + 0.5);
    const double r = sigmoid(-0.25 * x + 1 + 0.375 * h - 0.75);
    const double candidate = std::tanh(0.75 * x - 0.25 + r * (0.25 * h + 0.625));
    h = z * h + (1 - z) * candidate;
    outputs.push_back(h);
  }
  expect_near(run(), outputs);
}

// The reset works on the state before the product.
TEST(GruResetBefore, OfOneUnitIsItsFormula) {
  LayerRun run("gru/T:2/seq:1/state:1/reset_after:0");
  run.weights = {{0.5, -0.25, 0.75}, {-0.5, 0.375, 0.25}, {0.125, 1, -0.25}};
  run.input = {2, -1};
  run.start({0.5});
  double h = 0.5;
  Values outputs;
  for (const double x : run.input) {
    const double z = sigmoid(0.5 * x + 0.125 - 0.5 * h), r = sigmoid(-0.25 * x + 1 + 0.375 * h);
    const double candidate = std::tanh(0.75 * x - 0.25 + 0.25 * (r * h));
    h = z * h + (1 - z) * candidate;
    outputs.push_back(h);
  }
  expect_near(run(), outputs);
}

// With one unit both places of the reset agree where the second bias row is zero; with two they do not.
TEST(GruResetBefore, DiffersFromResetAfterWhereTheProductMixesUnits) {
  LayerRun after("gru/T:3/F:2/U:2/seq:1"), before("gru/T:3/F:2/U:2/seq:1/reset_after:0");
  after.scatter();
  before.scatter();
  std::fill(after.weights.bias.begin(), after.weights.bias.end(), 0);
  std::fill(before.weights.bias.begin(), before.weights.bias.end(), 0);
  before.input = after.input;
  EXPECT_NE(after(), before());
}

TEST(ZeroWeights, OfSimpleRnnGiveZero) {
  LayerRun run("simple_rnn/B:2/T:3/F:4/U:5/seq:1");
  run.input.assign(run.input.size(), 3);
  EXPECT_THAT(run(), Each(0.0));
}

// Every gate is 1 / 2 and the candidate 0: c halves at every step.
TEST(ZeroWeights, OfLstmHalveTheCellState) {
  LayerRun run("lstm/T:3/U:1/seq:1/state:1");
  run.start({0.25}, {1});
  expect_near(run(), {std::tanh(0.5) / 2, std::tanh(0.25) / 2, std::tanh(0.125) / 2});
  expect_near(run.final_c, {0.125});
}

TEST(ZeroWeights, OfGruHalveTheState) {
  for (const char* text : {"gru/T:3/U:1/seq:1/state:1", "gru/T:3/U:1/seq:1/state:1/reset_after:0"}) {
    LayerRun run(text);
    run.start({1});
    expect_near(run(), {0.5, 0.25, 0.125});
  }
}

TEST(SaturatedGates, OfLstmCountTheSteps) {
  LayerRun run("lstm/T:4/seq:1/rec_act:hard_sigmoid/act:linear");
  run.weights.bias = {3, 3, 1, 3};  // all gates open, the candidate 1
  EXPECT_EQ(run(), (Values{1, 2, 3, 4}));
}

TEST(SaturatedGates, OfGruKeepTheState) {
  LayerRun run("gru/T:3/seq:1/state:1/rec_act:hard_sigmoid/reset_after:0");
  run.weights.bias = {3, 0, 1};
  EXPECT_EQ(run.start({0.75})(), (Values{0.75, 0.75, 0.75}));
}

}  // namespace
}  // namespace lockstep::reference
