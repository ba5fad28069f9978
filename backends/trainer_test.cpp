#include "backends/trainer.h"

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
    return {sequence_view<const float>(x.data(), {2, 3, 4}, Layout::batch_major), {target, target}};
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
