#include <numeric>

#include "backends/reference_for_test.h"

namespace lockstep::reference {
namespace {

using ::testing::Each;

TEST(Activate, HasTheValuesOfItsDefinition) {
  for (const double x : {-7.0, -3.0, -0.5, 0.0, 0.5, 3.0, 7.0}) {
    EXPECT_EQ(activate(Activation::linear, x), x);
    EXPECT_EQ(activate(Activation::relu, x), std::max(x, 0.0));
    EXPECT_DOUBLE_EQ(activate(Activation::tanh, x), 1 - 2 / (std::exp(2 * x) + 1)) << x;
    EXPECT_DOUBLE_EQ(activate(Activation::sigmoid, x), std::exp(x) / (1 + std::exp(x))) << x;
    EXPECT_DOUBLE_EQ(activate(Activation::softsign, x), x / (1 + std::abs(x)));
  }
}

// Of Keras 3; Keras 2 had x / 5 + 1 / 2.
TEST(Activate, HardSigmoidRisesBySixthsBetweenMinusThreeAndThree) {
  EXPECT_EQ(activate(Activation::hard_sigmoid, -3.0), 0);
  EXPECT_EQ(activate(Activation::hard_sigmoid, -100.0), 0);
  EXPECT_EQ(activate(Activation::hard_sigmoid, 0.0), 0.5);
  EXPECT_EQ(activate(Activation::hard_sigmoid, 1.5), 0.75);
  EXPECT_EQ(activate(Activation::hard_sigmoid, 3.0), 1);
  EXPECT_EQ(activate(Activation::hard_sigmoid, 100.0), 1);
}

TEST(Activate, LeavesNanNan) {
  for (const Activation activation : {Activation::linear, Activation::tanh, Activation::sigmoid,
                                      Activation::hard_sigmoid, Activation::relu, Activation::softsign})
    EXPECT_TRUE(std::isnan(activate(activation, nan))) << to_string(activation);
}

TEST(Softmax, SumsToOneAndKeepsTheRatios) {
  Values row{-2, 0.5, 3, 0.5};
  activate_row(Activation::softmax, row.data(), 4);
  EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 1, 4 * epsilon);
  EXPECT_DOUBLE_EQ(row[2] / row[1], std::exp(2.5));
  EXPECT_EQ(row[1], row[3]);
}

TEST(Softmax, OfEqualValuesIsEven) {
  Values row(8, 5);
  activate_row(Activation::softmax, row.data(), 8);
  EXPECT_THAT(row, Each(0.125));
}

TEST(Softmax, DoesNotOverflow) {
  Values row{1000, 999, -1000};
  activate_row(Activation::softmax, row.data(), 3);
  expect_near(row, {1 / (1 + std::exp(-1.0)), 1 / (1 + std::exp(1.0)), 0});
}

TEST(Softmax, OfARowWithNanIsNanWhereverItStands) {
  for (std::size_t where = 0; where < 3; ++where) {
    Values row{1, 2, 3};
    row[where] = nan;
    activate_row(Activation::softmax, row.data(), 3);
    for (const double value : row) EXPECT_TRUE(std::isnan(value)) << where;
  }
}

TEST(Dense, IsTheProductPlusTheBias) {
  LayerRun run("dense/B:1/T:2/F:3/U:2");
  run.weights = {{1, 2, 3, 4, 5, 6}, {}, {10, 20}};
  run.input = {1, 0, -1, 2, 1, 0};
  EXPECT_EQ(run(), (Values{1 - 5 + 10, 2 - 6 + 20, 2 + 3 + 10, 4 + 4 + 20}));
}

TEST(Dense, IsTheSameInBothStyles) {
  LayerRun flattened("dense/B:2/T:3/F:4/U:5/act:tanh"),
      time_distributed("dense/B:2/T:3/F:4/U:5/act:tanh/style:time_distributed");
  EXPECT_EQ(flattened.scatter()(), time_distributed.scatter()());
}

TEST(Dense, TakesSoftmaxOverItsUnitsInEveryRow) {
  LayerRun run("dense/B:2/T:3/F:4/U:5/act:softmax");
  const Values output = run.scatter()();
  for (auto row = output.begin(); row != output.end(); row += 5)
    EXPECT_NEAR(std::accumulate(row, row + 5, 0.0), 1, 5 * epsilon);
}

TEST(ActivationLayer, WorksElementByElement) {
  LayerRun run("activation/B:1/T:2/F:2/act:relu");
  run.input = {-1, 2, 3, -4};
  EXPECT_EQ(run(), (Values{0, 2, 3, 0}));
}

}  // namespace
}  // namespace lockstep::reference
