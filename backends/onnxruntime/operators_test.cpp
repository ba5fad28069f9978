#include "backends/onnxruntime/operators.h"

#include <gmock/gmock.h>

namespace lockstep::onnxruntime {
namespace {

using ::testing::ElementsAre;

RecurrentSpec layer_of(Cell cell, std::int64_t units) {
  RecurrentSpec layer;
  layer.cell = cell;
  layer.units = units;
  return layer;
}

TEST(OperatorWeights, HaveTheGatesOfLstmInTheOrderOfTheOperator) {
  const Weights keras{{1, 2, 3, 4}, {5, 6, 7, 8}, {10, 20, 30, 40}};  // i f c o
  const OperatorWeights packed = operator_weights(layer_of(Cell::lstm, 1), 1, keras);
  EXPECT_THAT(packed.input, ElementsAre(1, 4, 2, 3));  // i o f c
  EXPECT_THAT(packed.recurrent, ElementsAre(5, 8, 6, 7));
  EXPECT_THAT(packed.bias, ElementsAre(10, 40, 20, 30, 0, 0, 0, 0));
}

TEST(OperatorWeights, HaveARowForEachOutput) {
  const Weights keras{{1, 2, 3, 4, 5, 6}, {10, 20, 30, 40}, {7, 8}};
  const OperatorWeights packed = operator_weights(layer_of(Cell::simple_rnn, 2), 3, keras);
  EXPECT_THAT(packed.input, ElementsAre(1, 3, 5, 2, 4, 6));
  EXPECT_THAT(packed.recurrent, ElementsAre(10, 30, 20, 40));
  EXPECT_THAT(packed.bias, ElementsAre(7, 8, 0, 0));
}

TEST(OperatorWeights, KeepBothBiasesOfGru) {
  const Weights keras{{1, 2, 3}, {4, 5, 6}, {7, 8, 9, 70, 80, 90}};
  EXPECT_THAT(operator_weights(layer_of(Cell::gru, 1), 1, keras).bias, ElementsAre(7, 8, 9, 70, 80, 90));
  RecurrentSpec before = layer_of(Cell::gru, 1);
  before.reset_after = false;
  EXPECT_THAT(operator_weights(before, 1, {keras.kernel, keras.recurrent_kernel, {7, 8, 9}}).bias,
              ElementsAre(7, 8, 9, 0, 0, 0));
}

TEST(OperatorWeights, HaveZerosForNoBias) {
  RecurrentSpec layer = layer_of(Cell::simple_rnn, 2);
  layer.use_bias = false;
  EXPECT_THAT(operator_weights(layer, 1, {{1, 2}, {3, 4, 5, 6}, {}}).bias, ElementsAre(0, 0, 0, 0));
}

TEST(ActivationOperators, HaveTheNumbersOfKeras) {
  const auto [name, numbers] = activation_operator(Activation::hard_sigmoid);
  EXPECT_EQ(name, "HardSigmoid");
  ASSERT_TRUE(numbers);
  EXPECT_EQ(numbers->alpha, 1 / 6.0F);
  EXPECT_EQ(numbers->beta, 0.5F);
  EXPECT_EQ(activation_operator(Activation::linear).name, "Affine");
  EXPECT_FALSE(activation_operator(Activation::tanh).numbers);
}

}  // namespace
}  // namespace lockstep::onnxruntime
