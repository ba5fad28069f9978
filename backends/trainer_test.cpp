#include "backends/trainer.h"

#include <cmath>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "backends/naive_for_test.h"
#include "backends/refusal_for_test.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// Two samples of three steps for two_heads().
struct Samples {
  std::vector<float> x = some_values(2 * 3 * 4, 0), y = some_values(2 * 3 * 2, 0.5F);
  TrainingBatch<float> batch() const {
    const auto target = sequence_view<const float>(y.data(), {2, 3, 2}, Layout::batch_major);
    return {{sequence_view<const float>(x.data(), {2, 3, 4}, Layout::batch_major)}, {target, target}};
  }
};
const TrainingSpec squared{Loss::mean_squared_error, default_optimizer(OptimizerKind::sgd), 1};

TEST(Trainer, AddsUpTheLossesOfItsOutputs) {
  const Samples samples;
  Trainer<float> trainer(two_heads(), trainable_on(naive()), squared);
  trainer.forward(samples.batch());
  const double both = trainer.loss(samples.batch());
  double sum = 0;
  for (const auto& output : trainer.outputs())
    for (std::int64_t b = 0; b < 2; ++b)
      for (std::int64_t t = 0; t < 3; ++t)
        for (std::int64_t j = 0; j < 2; ++j) {
          const double error = output(b, t, j) - samples.batch().targets[0](b, t, j);
          sum += error * error;
        }
  EXPECT_NEAR(both, sum / (2 * 3 * 2), 0x1p-20);
}

TEST(Trainer, TakesAStepAgainstTheGradient) {
  const Samples samples;
  Trainer<float> trainer(two_heads(), trainable_on(naive()), squared);
  trainer.forward(samples.batch());
  trainer.loss(samples.batch());
  trainer.backward(samples.batch());
  const float before = trainer.weights()[0][3], gradient = trainer.gradients()[0][3];
  ASSERT_NE(gradient, 0);
  trainer.apply();
  EXPECT_FLOAT_EQ(trainer.weights()[0][3], before - 0.01F * gradient);
  EXPECT_EQ(trainer.model().nodes[1].weights.kernel[3], trainer.weights()[0][3]);
}

TEST(Trainer, LosesLossStepByStep) {
  const Samples samples;
  Trainer<float> trainer(two_heads(), trainable_on(naive()), squared);
  double last = trainer.step(samples.batch());
  for (int i = 0; i < 5; ++i) {
    const double loss = trainer.step(samples.batch());
    EXPECT_LT(loss, last);
    last = loss;
  }
}

/// The model with one of its weights moved, and the loss that it has then.
double loss_with(const ModelSpec& model, const TrainingBatch<double>& batch, std::size_t weight,
                 std::size_t i, double by) {
  Trainer<double> trainer(model, trainable_by_reference(), squared);
  trainer.weights()[weight][i] += by;
  trainer.forward(batch);
  return trainer.loss(batch);
}

/// Every gradient of a model on two samples, three steps of 4 features of its leading input, is the central
/// differences'.
void expect_gradients_of(const ModelSpec& model) {
  const auto wide = [](const std::vector<float>& values) {
    return std::vector<double>(values.begin(), values.end());
  };
  std::vector<std::vector<double>> x, y;
  TrainingBatch<double> batch;
  for (const auto& dims : input_dims(model, {2, 3, 4}))
    x.push_back(wide(some_values(dims[0] * dims[1] * dims[2], 0.1F * static_cast<float>(x.size()))));
  for (std::size_t i = 0; i < x.size(); ++i)
    batch.inputs.push_back(
        sequence_view<const double>(x[i].data(), input_dims(model, {2, 3, 4})[i], Layout::batch_major));
  for (const auto& dims : output_dims(model, {2, 3, 4}))
    y.push_back(wide(some_values(dims[0] * dims[1] * dims[2], 0.5F)));
  for (std::size_t i = 0; i < y.size(); ++i)
    batch.targets.push_back(
        sequence_view<const double>(y[i].data(), output_dims(model, {2, 3, 4})[i], Layout::batch_major));
  Trainer<double> trainer(model, trainable_by_reference(), squared);
  trainer.forward(batch);
  trainer.loss(batch);
  trainer.backward(batch);
  trainer.backward(batch);          // which keeps nothing of the one before
  constexpr double step = 0x1p-17;  // about the cube root of epsilon, where differences err least
  double largest = 0;
  for (std::size_t weight = 0; weight < trainer.weights().size(); ++weight)
    for (std::size_t i = 0; i < trainer.weights()[weight].size(); i += 3) {
      const double difference =
          loss_with(model, batch, weight, i, step) - loss_with(model, batch, weight, i, -step);
      EXPECT_NEAR(trainer.gradients()[weight][i], difference / (2 * step), 0x1p-30) << weight << ", " << i;
      largest = std::max(largest, std::abs(difference) / (2 * step));
    }
  EXPECT_GT(largest, 0x1p-10) << "gradients of zero tell nothing";
}

TEST(Trainer, TakesGradientsBackThroughMerges) {
  for (const bool every_step : {true, false})
    for (const Merge merge : {Merge::concat, Merge::sum, Merge::mul, Merge::ave})
      expect_gradients_of(both_ways(merge, every_step));
  expect_gradients_of(both_ways(std::nullopt, true));
}

TEST(Trainer, TakesGradientsBackThroughReshapesAndWhatIsReadTwice) {
  ModelSpec model = two_heads();
  model.nodes[0].kind = InputSpec{3, 4};
  model.nodes.push_back({"joined", MergeSpec{Merge::mul}, {"lstm", "lstm", "lstm"}, {}});
  model.nodes.push_back({"all", MergeSpec{Merge::concat}, {"joined", "input_layer", "lstm"}, {}});
  model.nodes.push_back({"turned", ReshapeSpec{{7, 6}}, {"all"}, {}});
  DenseSpec dense;
  dense.units = 2;
  model.nodes.push_back(node_for_test("last", dense, "turned", 6));
  model.outputs.push_back("last");
  expect_gradients_of(model);
}

TEST(Trainer, TakesGradientsBackToTheLayersOfEachInput) {
  expect_gradients_of(two_inputs());
  expect_gradients_of(two_lengths());
}

TEST(Trainer, TakesGradientsBackThroughStates) {
  ModelSpec model = encoder_decoder();
  expect_gradients_of(model);
  // States that others read, too, a state that starts both of a layer's, and one that an input starts.
  model.nodes.push_back(node_for_test("again", recurrent_for_test(Cell::lstm, 5, false), "decoder", 5));
  model.nodes.back().inputs = {"decoder", "sum", "sum"};
  model.nodes.push_back(node_for_test("gru", recurrent_for_test(Cell::gru, 5, true), "decoder", 5));
  model.nodes.back().inputs = {"decoder", "again"};
  model.nodes.push_back(node_for_test("rnn", recurrent_for_test(Cell::simple_rnn, 5, false), "gru", 5));
  model.nodes.back().inputs = {"gru", "h"};
  model.nodes.push_back({"h", InputSpec{{}, 5, false}, {}, {}});
  model.nodes.push_back({"again:c", StateSpec{State::c}, {"again"}, {}});
  model.nodes.push_back({"gru:h", StateSpec{State::h}, {"gru"}, {}});
  model.nodes.push_back({"product", MergeSpec{Merge::mul}, {"again:c", "gru:h", "encoder:c", "rnn"}, {}});
  model.outputs = {"product", "sum", "encoder:h"};
  expect_gradients_of(model);
}

TEST(Trainer, RefusesADropoutThatDrops) {
  ModelSpec model = two_heads();
  model.nodes.push_back({"dropout", DropoutSpec{0.5}, {"dense"}, {}});
  model.outputs[0] = "dropout";
  const auto made = [&] { Trainer<float>(model, trainable_on(naive()), squared); };
  EXPECT_THAT(made,
              ThrowsMessage<std::invalid_argument>(HasSubstr("\"dropout\" drops values at the rate 0.5")));
  std::get<DropoutSpec>(model.nodes.back().kind).rate = 0;
  EXPECT_NO_THROW(made());
}

TEST(Trainer, RefusesAMasking) {
  ModelSpec model = two_heads();
  model.nodes.push_back({"masking", MaskingSpec{}, {"input_layer"}, {}});
  model.nodes[1].inputs = {"masking"};
  const auto made = [&] { Trainer<float>(model, trainable_on(naive()), squared); };
  EXPECT_THAT(made, ThrowsMessage<std::invalid_argument>(HasSubstr("layer \"masking\" masks steps")));
}

TEST(Trainer, RefusesWeightsThatAreSharedByCalls) {
  const auto made = [&] { Trainer<float>(called_twice(), trainable_on(naive()), squared); };
  EXPECT_THAT(made,
              ThrowsMessage<std::invalid_argument>(HasSubstr("layer \"lstm\" is called more than once")));
}

TEST(Trainer, RefusesALayerThatLeadsToNoOutput) {
  ModelSpec model = both_ways(std::nullopt, false);
  model.outputs.pop_back();
  const auto made = [&] { Trainer<float>(model, trainable_on(naive()), squared); };
  EXPECT_THAT(made, ThrowsMessage<std::invalid_argument>(
                        HasSubstr("layer \"both/backward_layer\" leads to no output")));
}

TEST(Trainer, RefusesTargetsThatDoNotFit) {
  const Samples samples;
  Trainer<float> trainer(two_heads(), trainable_on(naive()), squared);
  TrainingBatch<float> batch = samples.batch();
  batch.targets[1].dims = {2, 1, 2};
  EXPECT_THAT([&] { trainer.step(batch); },
              ThrowsMessage<std::invalid_argument>(
                  HasSubstr("target 1 has the shape (2, 1, 2): the output takes (2, 3, 2)")));
  batch.targets.pop_back();
  EXPECT_THAT([&] { trainer.step(batch); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("1 targets: the model has 2 outputs")));
}

TEST(OptimizerSpecs, AreRefusedWithTheArgument) {
  const auto refusal = [](auto change) -> std::string {
    OptimizerSpec spec;
    change(spec);
    return refusal_of([&] { validate(spec); });
  };
  EXPECT_EQ(refusal([](OptimizerSpec&) {}), "accepted");
  EXPECT_THAT(refusal([](OptimizerSpec& s) { s.learning_rate = -1; }), HasSubstr("learning_rate is -1"));
  EXPECT_THAT(refusal([](OptimizerSpec& s) { s.momentum = 1; }), HasSubstr("momentum is 1"));
  EXPECT_THAT(refusal([](OptimizerSpec& s) { s.rho = -0.5; }), HasSubstr("rho is -0.5"));
  EXPECT_THAT(refusal([](OptimizerSpec& s) { s.clipnorm = s.clipvalue = 1; }),
              HasSubstr("accepted is one of them"));
}

}  // namespace
}  // namespace lockstep
