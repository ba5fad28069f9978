#include "backends/weights.h"

#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "backends/refusal_for_test.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using Matrix = WeightShapes::Matrix;

WeightShapes shapes_of(const char* text) {
  const Problem problem = parse_problem(text);
  return weight_shapes(problem.layer, problem.shape.features);
}

struct SizedLayer {
  const char* problem;
  Matrix kernel, recurrent_kernel, bias;
  std::int64_t parameters;
};

TEST(WeightShapes, AreThoseOfKeras) {
  for (const SizedLayer& layer :
       {SizedLayer{"simple_rnn/F:3/U:5", {3, 5}, {5, 5}, {1, 5}, 45},
        SizedLayer{"lstm/F:3/U:5", {3, 20}, {5, 20}, {1, 20}, 180},
        SizedLayer{"gru/F:3/U:5", {3, 15}, {5, 15}, {2, 15}, 150},
        SizedLayer{"gru/F:3/U:5/reset_after:0", {3, 15}, {5, 15}, {1, 15}, 135},
        SizedLayer{"dense/F:3/U:5", {3, 5}, {0, 0}, {1, 5}, 20},
        SizedLayer{"dense/F:3/U:5/style:time_distributed", {3, 5}, {0, 0}, {1, 5}, 20},
        SizedLayer{"activation/F:3", {0, 0}, {0, 0}, {0, 0}, 0}}) {
    const WeightShapes shapes = shapes_of(layer.problem);
    EXPECT_EQ(shapes.kernel, layer.kernel) << layer.problem;
    EXPECT_EQ(shapes.recurrent_kernel, layer.recurrent_kernel) << layer.problem;
    EXPECT_EQ(shapes.bias, layer.bias) << layer.problem;
    EXPECT_EQ(shapes.parameters(), layer.parameters) << layer.problem;
  }
}

TEST(WeightShapes, HaveNoBiasWhereTheLayerHasNone) {
  for (const char* text :
       {"simple_rnn/bias:0", "lstm/bias:0", "gru/bias:0", "gru/bias:0/reset_after:0", "dense/bias:0"}) {
    const WeightShapes shapes = shapes_of(text);
    EXPECT_EQ(shapes.bias, (Matrix{0, 0})) << text;
    EXPECT_GT(shapes.parameters(), 0) << text;
  }
}

Weights weights_for(const Problem& problem) {
  const WeightShapes shapes = weight_shapes(problem.layer, problem.shape.features);
  const auto values = [](const Matrix& shape) {
    return std::vector<float>(static_cast<std::size_t>(shape[0] * shape[1]));
  };
  return {values(shapes.kernel), values(shapes.recurrent_kernel), values(shapes.bias)};
}

std::string refusal(const Problem& problem, const Weights& weights) {
  return refusal_of([&] { check_weights(problem, weights); });
}

TEST(CheckWeights, AcceptsThoseThatFit) {
  for (const char* text : {"simple_rnn/F:3/U:5", "lstm/F:3/U:5/bias:0", "gru/F:3/U:5",
                           "gru/F:3/U:5/reset_after:0", "dense/F:3/U:5", "activation/F:3"}) {
    const Problem problem = parse_problem(text);
    EXPECT_EQ(refusal(problem, weights_for(problem)), "accepted") << text;
  }
}

TEST(CheckWeights, NamesTheWeightThatIsTooShortOrTooLong) {
  const Problem problem = parse_problem("gru/F:3/U:5");
  for (const int change : {-1, 1}) {
    Weights weights = weights_for(problem);
    weights.kernel.resize(static_cast<std::size_t>(45 + change));
    EXPECT_EQ(refusal(problem, weights),
              "kernel has " + std::to_string(45 + change) + " values: the layer takes 45 (3 x 15)");
    weights = weights_for(problem);
    weights.recurrent_kernel.resize(static_cast<std::size_t>(75 + change));
    EXPECT_THAT(refusal(problem, weights), HasSubstr("recurrent_kernel has"));
    weights = weights_for(problem);
    weights.bias.resize(static_cast<std::size_t>(30 + change));
    EXPECT_THAT(refusal(problem, weights), HasSubstr("bias has"));
  }
}

TEST(CheckWeights, RefusesTheBiasOfTheOtherResetAfter) {
  const Problem after = parse_problem("gru/F:3/U:5"), before = parse_problem("gru/F:3/U:5/reset_after:0");
  EXPECT_EQ(refusal(after, weights_for(before)), "bias has 15 values: the layer takes 30 (2 x 15)");
  EXPECT_EQ(refusal(before, weights_for(after)), "bias has 30 values: the layer takes 15 (1 x 15)");
}

TEST(CheckWeights, RefusesWeightsThatTheLayerHasNot) {
  const Problem problem = parse_problem("activation/F:3");
  EXPECT_THAT(refusal(problem, {{1}, {}, {}}), HasSubstr("kernel has 1 values: the layer takes 0"));
  EXPECT_THAT(refusal(problem, {{}, {}, {1}}), HasSubstr("bias has 1 values: the layer takes 0"));
}

TEST(Weights, AreTheSameNumbersInDouble) {
  const Weights weights{{0.1F, 2}, {3}, {-4, 5, 6}};
  const BasicWeights<double> exact = weights.as<double>();
  EXPECT_EQ(exact.kernel, (std::vector<double>{static_cast<double>(0.1F), 2}));
  EXPECT_EQ(exact.recurrent_kernel, (std::vector<double>{3}));
  EXPECT_EQ(exact.bias, (std::vector<double>{-4, 5, 6}));
}

}  // namespace
}  // namespace lockstep
