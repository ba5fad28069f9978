#include "verify/import_command.h"

#include <sstream>

#include <gmock/gmock.h>

#include "cases/seeds.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Of one layer.
std::string explain_one(Cell cell, Activation activation, Activation recurrent_activation) {
  ModelSpec model;
  model.name = "one";
  model.sequential = true;
  model.nodes.push_back({"input_layer", InputSpec{std::nullopt, 3}, {}, {}});
  RecurrentSpec spec;
  spec.cell = cell;
  spec.units = 5;
  spec.activation = activation;
  if (cell != Cell::simple_rnn) spec.recurrent_activation = recurrent_activation;
  const WeightShapes shapes = weight_shapes(spec, 3);
  const auto zeros = [](const WeightShapes::Matrix& shape) {
    return std::vector<float>(static_cast<std::size_t>(shape[0] * shape[1]));
  };
  model.nodes.push_back({"layer",
                         spec,
                         {"input_layer"},
                         {zeros(shapes.kernel), zeros(shapes.recurrent_kernel), zeros(shapes.bias)}});
  model.outputs = {"layer"};
  return explain_weights(model);
}

void expect_fits_a_terminal(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(ExplainWeights, FitsATerminal) {
  for (const auto& list : {seeds(), style_models()})
    for (const Seed& one : list) expect_fits_a_terminal(explain_weights(one.model));
  for (const Cell cell : {Cell::simple_rnn, Cell::lstm, Cell::gru})
    for (const Activation activation : {Activation::tanh, Activation::sigmoid, Activation::hard_sigmoid})
      expect_fits_a_terminal(explain_one(cell, activation, Activation::hard_sigmoid));
}

TEST(ExplainWeights, SaysWhoHasNoSuchActivations) {
  EXPECT_THAT(explain_one(Cell::lstm, Activation::tanh, Activation::hard_sigmoid),
              AllOf(HasSubstr("Activations tanh and hard_sigmoid of the gates.\n"
                              "PyTorch and oneDNN have tanh and sigmoid alone.\n"),
                    HasSubstr("| ONNX "), Not(HasSubstr("| PyTorch ")), Not(HasSubstr("| oneDNN "))));
  EXPECT_THAT(explain_one(Cell::simple_rnn, Activation::sigmoid, Activation::sigmoid),
              AllOf(HasSubstr("nn.RNN of PyTorch has tanh and relu alone"), Not(HasSubstr("nonlinearity")),
                    HasSubstr("| oneDNN "), Not(HasSubstr("| PyTorch "))));
  EXPECT_THAT(explain_one(Cell::simple_rnn, Activation::relu, Activation::sigmoid),
              AllOf(HasSubstr("Activation relu: of nn.RNN by nonlinearity"), HasSubstr("| PyTorch ")));
}

TEST(ExplainWeights, SaysWhereTheResetGateStands) {
  const std::string after = explain_weights(find_seed("seed:gru16-td").model);
  EXPECT_THAT(after, AllOf(HasSubstr("\"gru\": GRU, 15 features, 16 units"), HasSubstr("| r z n "),
                           HasSubstr("linear_before_reset=1"),
                           HasSubstr("\"time_distributed\": Dense, 16 features")));
  const std::string before = explain_weights(find_seed("seed:gru16-td/reset_after:0").model);
  EXPECT_THAT(before, AllOf(HasSubstr("linear_before_reset=0"), Not(HasSubstr("| PyTorch | weight_ih_l0"))));
}

TEST(ExplainWeights, ShowsThoseOfALayerThatIsCalledTwiceOnce) {
  ModelSpec model = find_seed("seed:gru16-td").model;
  const std::string once = explain_weights(model);
  Node again = model.nodes[1];
  again.name = "gru/call_2";
  again.call_of = model.nodes[1].name;
  model.nodes.push_back(again);
  model.outputs.push_back(again.name);
  EXPECT_EQ(explain_weights(model), once);
}

}  // namespace
}  // namespace lockstep
