#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "verify/doctor/diagnosis_for_test.h"
#include "verify/doctor/other_program_for_test.h"

/// What people ask who compare Keras with another program, each with that program written anew.
namespace lockstep::doctor {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

class Question : public ::testing::Test {
 protected:
  static constexpr std::int64_t features = 3, units = 5;

  static ModelSpec one_layer(Cell cell, bool reset_after = true) {
    RecurrentSpec spec = recurrent_for_test(cell, units, true);
    spec.reset_after = reset_after;
    return chain_for_test(features, {spec});
  }
  static const Array<float>& some_input() {
    static const Array<float> x = input_for_test(3, 12, features);
    return x;
  }

  static std::vector<std::string> asked(const ModelSpec& model, const OtherProgram& other) {
    return found_for_test(model, some_input(), other(some_input()));
  }
};

TEST_F(Question, TheOtherProgramAgreesWhereItUnderstandsTheSame) {
  for (const ModelSpec& model : {one_layer(Cell::lstm), one_layer(Cell::gru), one_layer(Cell::gru, false)})
    EXPECT_THAT(asked(model, OtherProgram(model.nodes[1])), ElementsAre("as it is"));
}

// stackoverflow.com/questions/44611006, 47305618; keras#278, #2038, #13570
TEST_F(Question, DenseOrTimeDistributedDense) {
  const RecurrentSpec gru = recurrent_for_test(Cell::gru, units, true);
  DenseSpec dense{4};
  const Variant whole = as_it_is(chain_for_test(features, {gru, dense}));
  dense.style = DenseStyle::time_distributed;
  EXPECT_THAT(found_for_test(chain_for_test(features, {gru, dense}), some_input(),
                             answer_for_test(whole, some_input())),
              ElementsAre("as it is"));
}

// stackoverflow.com/questions/49759614: an LSTM in NumPy is 10 % off
TEST_F(Question, HardSigmoidWasTheDefaultOfOldKeras) {
  const ModelSpec model = one_layer(Cell::lstm);
  OtherProgram numpy(model.nodes[1]);
  numpy.inner = [](double x) { return std::clamp(0.2 * x + 0.5, 0.0, 1.0); };
  EXPECT_THAT(asked(model, numpy), ElementsAre("recurrent_activation hard_sigmoid of Keras 2 in \"lstm\""));
  numpy.inner = [](double x) { return std::clamp(x / 6 + 0.5, 0.0, 1.0); };
  EXPECT_THAT(asked(model, numpy),
              ElementsAre("recurrent_activation hard_sigmoid of Keras 3, clip(x / 6 + 1/2) in \"lstm\""));
  const ModelSpec gru = one_layer(Cell::gru);
  OtherProgram old(gru.nodes[1]);
  old.inner = [](double x) { return std::clamp(0.2 * x + 0.5, 0.0, 1.0); };
  EXPECT_THAT(asked(gru, old), ElementsAre("recurrent_activation hard_sigmoid of Keras 2 in \"gru\""));
}

// stackoverflow.com/questions/48361376; discuss.pytorch.org 110741
TEST_F(Question, WhichBlockIsWhichGate) {
  const ModelSpec lstm = one_layer(Cell::lstm);
  OtherProgram onnx(lstm.nodes[1]);
  onnx.order = "iofc";
  EXPECT_THAT(asked(lstm, onnx), ElementsAre("gate order i o f c in \"lstm\""));
  onnx.order = "ocif";  // a cycle: the inverse is another order
  EXPECT_THAT(asked(lstm, onnx), ElementsAre("gate order o c i f in \"lstm\""));
}

TEST_F(Question, WhichBlockIsWhichGateInALayerThatIsCalledTwice) {
  const ModelSpec model = called_twice();
  const Array<float> x = input_for_test(3, 12, 4);
  OtherProgram other(model.nodes[1]);
  EXPECT_THAT(found_for_test(model, x, other(other(x))), ElementsAre("as it is"));
  other.order = "iofc";
  EXPECT_THAT(found_for_test(model, x, other(other(x))), ElementsAre("gate order i o f c in \"lstm\""));
}

TEST_F(Question, WhatTheTwoRowsOfTheBiasAreFor) {
  const ModelSpec gru = one_layer(Cell::gru);
  OtherProgram one_row(gru.nodes[1]);
  std::fill(one_row.recurrent_bias.begin(), one_row.recurrent_bias.end(), 0.0);
  EXPECT_THAT(asked(gru, one_row), ElementsAre("recurrent bias left out in \"gru\""));
  OtherProgram summed(gru.nodes[1]);
  for (std::size_t i = 0; i < summed.input_bias.size(); ++i)
    summed.input_bias[i] += std::exchange(summed.recurrent_bias[i], 0.0);
  EXPECT_THAT(asked(gru, summed), ElementsAre("bias in one row in \"gru\""));
  OtherProgram swapped(gru.nodes[1]);
  std::swap(swapped.input_bias, swapped.recurrent_bias);
  EXPECT_THAT(asked(gru, swapped), ElementsAre("bias rows swapped in \"gru\""));
  const ModelSpec lstm = one_layer(Cell::lstm);
  OtherProgram twice(lstm.nodes[1]);
  twice.recurrent_bias = twice.input_bias;
  EXPECT_THAT(asked(lstm, twice), ElementsAre("bias added twice in \"lstm\""));
}

TEST_F(Question, ForgetBias) {
  const ModelSpec lstm = one_layer(Cell::lstm);
  for (const double added : {1.0, 2.0}) {
    OtherProgram tensorflow(lstm.nodes[1]);
    for (std::size_t j = 0; j < units; ++j) tensorflow.input_bias[units + j] += added;
    EXPECT_THAT(asked(lstm, tensorflow), ElementsAre(added == 1 ? "forget bias added in \"lstm\""
                                                                : "forget bias added twice in \"lstm\""));
  }
}

// keras#15915; coremltools#1124; onnxscript#2852; burn#2704; oneDNN#617
TEST_F(Question, AGruOfPyTorch) {
  const ModelSpec gru = one_layer(Cell::gru);
  OtherProgram pytorch(gru.nodes[1]);
  pytorch.order = "rzh";
  EXPECT_THAT(asked(gru, pytorch), ElementsAre("gate order r z h in \"gru\""));
  OtherProgram onnx(gru.nodes[1]);
  onnx.resets_after = false;  // linear_before_reset is lost
  EXPECT_THAT(asked(gru, onnx), ElementsAre("reset before the recurrent product in \"gru\""));
  onnx.order = "rzh";
  EXPECT_THAT(asked(gru, onnx),
              ElementsAre("gate order r z h in \"gru\" + reset before the recurrent product in \"gru\""));
  std::fill(onnx.recurrent_bias.begin(), onnx.recurrent_bias.end(), 0.0);
  EXPECT_THAT(asked(gru, onnx),
              ElementsAre("gate order r z h in \"gru\" + reset before the recurrent product in \"gru\" + "
                          "recurrent bias left out in \"gru\""));
  const ModelSpec old = one_layer(Cell::gru, false);
  OtherProgram after(old.nodes[1]);
  after.resets_after = true;
  EXPECT_THAT(asked(old, after), ElementsAre("reset after the recurrent product in \"gru\""));
}

TEST_F(Question, BiasInsideTheProductWithTheReset) {
  const ModelSpec old = one_layer(Cell::gru, false);
  OtherProgram inside(old.nodes[1]);
  inside.resets_after = true;
  std::swap(inside.input_bias, inside.recurrent_bias);
  EXPECT_THAT(asked(old, inside), ElementsAre("reset after the recurrent product and its bias in \"gru\""));
}

// RTNeural#148, #124: it loads, but sounds bad
TEST_F(Question, WhatALoaderLeavesOut) {
  const RecurrentSpec lstm = recurrent_for_test(Cell::lstm, units, true);
  DenseSpec head{2, Activation::tanh};
  const ModelSpec model = chain_for_test(features, {lstm, lstm, head});
  ModelSpec bare = model;
  std::get<DenseSpec>(bare.nodes[3].kind).activation = Activation::linear;
  EXPECT_THAT(found_for_test(model, some_input(), answer_for_test(as_it_is(bare), some_input())),
              ElementsAre("activation left out in \"dense\""));
  ModelSpec half = model;  // of two layers the second one is never loaded
  half.nodes.erase(half.nodes.begin() + 2);
  half.nodes[2].inputs = {"lstm"};
  EXPECT_THAT(found_for_test(model, some_input(), answer_for_test(as_it_is(half), some_input())),
              ElementsAre("layer left out in \"lstm_1\""));
  RecurrentSpec soft = recurrent_for_test(Cell::lstm, units, true);
  soft.activation = Activation::softsign;
  const ModelSpec with_softsign = chain_for_test(features, {soft});
  EXPECT_THAT(asked(with_softsign, OtherProgram(with_softsign.nodes[1])),
              ElementsAre("activation tanh in \"lstm\""));
}

// frugally-deep#8; FullSubNet#67: trained on sequences, run one step at a time
TEST_F(Question, OneStepAtATime) {
  for (const Cell cell : {Cell::lstm, Cell::gru}) {
    const ModelSpec model = one_layer(cell);
    OtherProgram forgetful(model.nodes[1]);
    forgetful.keeps_states = false;
    EXPECT_THAT(asked(model, forgetful), Contains("states not kept between steps")) << to_string(cell);
  }
}

// keras-team/keras#23058 and the like: the time steps' place
TEST_F(Question, TimeMajorOrBatchMajor) {
  const ModelSpec model = one_layer(Cell::lstm);
  const OtherProgram other(model.nodes[1]);
  Array<float> turned{{12, 3, features}, {}};
  for (std::int64_t t = 0; t < 12; ++t)
    for (std::int64_t b = 0; b < 3; ++b)
      for (std::int64_t j = 0; j < features; ++j)
        turned.values.push_back(some_input().values[static_cast<std::size_t>((b * 12 + t) * features + j)]);
  const Array<float> y = other(some_input());
  EXPECT_THAT(found_for_test(model, turned, y), ElementsAre("x as (time_steps, samples, features)"));
}

TEST_F(Question, LastStepOrSequence) {
  const ModelSpec model = one_layer(Cell::lstm);
  const OtherProgram other(model.nodes[1]);
  const Array<float> all = other(some_input());
  Array<float> last{{3, units}, {}};
  for (std::int64_t b = 0; b < 3; ++b)
    last.values.insert(last.values.end(), all.values.begin() + (b * 12 + 11) * units,
                       all.values.begin() + (b * 12 + 12) * units);
  EXPECT_THAT(found_for_test(model, some_input(), last), ElementsAre("the last step alone"));
  const ModelSpec returns_last = chain_for_test(features, {recurrent_for_test(Cell::lstm, units, false)});
  EXPECT_THAT(found_for_test(returns_last, some_input(), last), ElementsAre("as it is"));
  EXPECT_THAT(found_for_test(returns_last, some_input(), all), ElementsAre("every step"));
}

}  // namespace
}  // namespace lockstep::doctor
