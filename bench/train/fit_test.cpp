#include "bench/train/fit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/naive_for_test.h"
#include "bench/train/batches.h"
#include "bench/train/plan.h"
#include "bench/train/small_model_for_test.h"
#include "verify/modules_for_test.h"

namespace lockstep {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// Interrupts after so many steps.
struct Interrupter : FitWatch {
  explicit Interrupter(std::int64_t after) : left(after) {}
  bool interrupts() override { return --left <= 0; }
  std::int64_t left;
};

FitResult fit_small(const FitSpec& spec, FitWatch&& watch = FitWatch(), const TrainingSpec& training = {}) {
  const SmallModel small(10);
  Trainer<float> trainer(small.model, trainable_on(naive()), training);
  return fit(trainer, small.data, spec, watch);
}

std::vector<std::int64_t> batch_sizes(const FitResult& result) {
  std::vector<std::int64_t> sizes;
  for (const TrainingStep& step : result.steps) sizes.push_back(step.samples);
  return sizes;
}

std::vector<double> losses_of(const FitResult& result) {
  std::vector<double> losses;
  for (const TrainingStep& step : result.steps) losses.push_back(step.loss);
  return losses;
}

TEST(TrainFit, CountsSteps) {
  const FitSpec spec{4, 2, 0, {}};
  EXPECT_EQ(steps_per_epoch(spec, 8), 2);
  EXPECT_EQ(steps_per_epoch(spec, 9), 3);
  EXPECT_EQ(steps_of(spec, 9), 6);
  EXPECT_EQ(steps_of({4, 2, 5, {}}, 9), 5);
  EXPECT_EQ(steps_of({4, 2, 7, {}}, 9), 6);
}

TEST(TrainFit, HasASmallerLastBatch) {
  const FitResult result = fit_small({4, 2, 0, 1});
  EXPECT_THAT(batch_sizes(result), ElementsAre(4, 4, 2, 4, 4, 2));
  ASSERT_EQ(result.epochs.size(), 2U);
  for (const Epoch& epoch : result.epochs) {
    EXPECT_EQ(epoch.samples, 10);
    EXPECT_EQ(epoch.steps, 3);
  }
  EXPECT_THAT(batch_sizes(fit_small({10, 1, 0, 1})), ElementsAre(10));
  EXPECT_THAT(batch_sizes(fit_small({99, 1, 0, 1})), ElementsAre(10));
  EXPECT_FALSE(result.interrupted);
  EXPECT_THAT(result.method, HasSubstr("gru: "));
}

// As Keras weighs it: a mean of the batches' losses would count a sample of the last batch twice.
TEST(TrainFit, MeansTheLossOverSamples) {
  const FitResult result = fit_small({4, 2, 0, 1});
  for (std::size_t e = 0; e < 2; ++e) {
    double sum = 0, seconds = 0;
    for (std::size_t i = 3 * e; i < 3 * e + 3; ++i) {
      sum += result.steps[i].loss * static_cast<double>(result.steps[i].samples);
      seconds += result.steps[i].seconds;
    }
    EXPECT_DOUBLE_EQ(result.epochs[e].loss, sum / 10);
    EXPECT_DOUBLE_EQ(result.epochs[e].seconds, seconds);
    EXPECT_GT(seconds, 0);
  }
}

TEST(TrainFit, IsALoopOverTheOrder) {
  const SmallModel small(10);
  const FitResult result = fit_small({4, 2, 0, 7});
  Trainer<float> trainer(small.model, trainable_on(naive()), {});
  std::size_t step = 0;
  for (const std::int64_t epoch : {0, 1}) {
    const auto order = epoch_order(10, 7, epoch);
    for (const auto& [begin, size] : {std::pair{0U, 4U}, {4U, 4U}, {8U, 2U}}) {
      BatchBuffer buffer(small.data, 4);
      const double loss = trainer.step(buffer.gather(std::span(order).subspan(begin, size)));
      EXPECT_EQ(result.steps.at(step++).loss, loss);
    }
  }
  for (std::size_t k = 0; k < result.weights.size(); ++k)
    EXPECT_THAT(result.weights[k], testing::ElementsAreArray(trainer.weights()[k]));
}

TEST(TrainFit, RepeatsBitByBit) {
  const FitSpec spec{4, 3, 0, 1};
  const FitResult one = fit_small(spec), two = fit_small(spec);
  EXPECT_EQ(losses_of(one), losses_of(two));
  EXPECT_EQ(one.weights, two.weights);
  EXPECT_NE(fit_small({4, 3, 0, 2}).weights, one.weights);
  EXPECT_NE(fit_small({4, 3, 0, {}}).weights, one.weights);
}

TEST(TrainFit, EndsAfterSteps) {
  const FitResult result = fit_small({4, 5, 4, 1});
  EXPECT_THAT(batch_sizes(result), ElementsAre(4, 4, 2, 4));
  ASSERT_EQ(result.epochs.size(), 2U);
  EXPECT_EQ(result.epochs[1].samples, 4);
  EXPECT_DOUBLE_EQ(result.epochs[1].loss, result.steps[3].loss);
  EXPECT_FALSE(result.interrupted);
}

TEST(TrainFit, KeepsWholeEpochsWhereItIsInterrupted) {
  const FitResult whole = fit_small({4, 2, 0, 1});
  for (const std::int64_t after : {6, 7, 8}) {
    const FitResult cut = fit_small({4, 9, 0, 1}, Interrupter(after));
    EXPECT_TRUE(cut.interrupted);
    EXPECT_EQ(cut.epochs.size(), 2U) << after;
    EXPECT_EQ(losses_of(cut), losses_of(whole)) << after;
    EXPECT_EQ(cut.weights, whole.weights) << after;
  }
  const FitResult none = fit_small({4, 9, 0, 1}, Interrupter(2));
  EXPECT_TRUE(none.interrupted);
  EXPECT_TRUE(none.epochs.empty());
  EXPECT_TRUE(none.steps.empty());
  const SmallModel small(10);
  EXPECT_EQ(none.weights[0], small.model.nodes[1].weights.kernel);
}

// Nothing is left to interrupt.
TEST(TrainFit, IsWholeWhereItIsInterruptedInItsLastStep) {
  for (const FitSpec& spec : {FitSpec{4, 2, 0, 1}, FitSpec{4, 9, 4, 1}}) {
    const FitResult whole = fit_small(spec);
    const FitResult last = fit_small(spec, Interrupter(steps_of(spec, 10)));
    EXPECT_FALSE(last.interrupted);
    EXPECT_EQ(losses_of(last), losses_of(whole));
    EXPECT_EQ(last.weights, whole.weights);
  }
}

TEST(TrainFit, ShowsEveryStep) {
  struct Seen : FitWatch {
    void epoch_begins(std::int64_t epoch) override { said += fmt::format("e{}", epoch); }
    void gradients_are_there(std::int64_t step, const Trainer<float>&) override {
      said += fmt::format(" g{}", step);
    }
    void step_ends(std::int64_t step, const Epoch& so_far, const Trainer<float>&) override {
      said += fmt::format(" s{}:{}", step, so_far.samples);
    }
    std::string said;
  };
  const SmallModel small(10);
  Trainer<float> trainer(small.model, trainable_on(naive()), {});
  Seen seen;
  fit(trainer, small.data, {4, 2, 4, 1}, seen);
  EXPECT_EQ(seen.said, "e1 g1 s1:4 g2 s2:8 g3 s3:10e2 g4 s4:4");
}

// The first loss is finite, the second none; of what was before, no part goes.
TEST(TrainFit, KeepsWholeEpochsWhereItDiverges) {
  TrainingSpec training;
  training.loss = Loss::mean_squared_error;
  training.optimizer = default_optimizer(OptimizerKind::sgd);
  training.optimizer.learning_rate = 1e38;
  SmallModel small(10);
  std::get<DenseSpec>(small.model.nodes[2].kind).activation = Activation::linear;
  const auto run = [&](std::int64_t batch, std::int64_t steps) {
    Trainer<float> trainer(small.model, trainable_on(naive()), training);
    FitWatch watch;
    return fit(trainer, small.data, {batch, 5, steps, 1}, watch);
  };
  const FitResult none = run(4, 0);
  EXPECT_THAT(none.diverged, AllOf(HasSubstr("the loss is "), HasSubstr(" at step 2, in epoch 1")));
  EXPECT_FALSE(none.whole());
  EXPECT_TRUE(none.epochs.empty());
  EXPECT_TRUE(none.steps.empty());
  EXPECT_EQ(none.weights[0], small.model.nodes[1].weights.kernel);

  const FitResult one = run(10, 0), cut = run(10, 1);  // an epoch is a step
  EXPECT_THAT(one.diverged, HasSubstr(" at step 2, in epoch 2"));
  EXPECT_TRUE(cut.whole());
  EXPECT_EQ(one.epochs.size(), 1U);
  EXPECT_EQ(losses_of(one), losses_of(cut));
  EXPECT_EQ(one.weights, cut.weights);
  EXPECT_NE(one.weights, none.weights);
  EXPECT_FALSE(one.method.empty());

  training.optimizer = {};  // rmsprop, whose first step is 3.16 times the learning rate
  training.optimizer.learning_rate = 3e38;
  const FitResult weight = run(4, 1);
  EXPECT_THAT(weight.diverged, AllOf(HasSubstr("a weight is "), HasSubstr("after step 1")));
  EXPECT_TRUE(weight.epochs.empty());
  EXPECT_EQ(weight.weights, none.weights);
}

class TrainSeed : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, TrainSeed,
                         testing::Values("seed:lstm5-dense2", "seed:gru16-td", "seed:gru16-last",
                                         "seed:rnn200-dense", "styles:lstm-last"));

// Not in every epoch: the first step of rmsprop carries seed:rnn200-dense too far.
TEST_P(TrainSeed, LosesLoss) {
  const Seed seed = find_seed(GetParam());
  TrainingSpec training;
  training.loss =
      seed.name.starts_with("seed:gru") ? Loss::categorical_crossentropy : Loss::mean_squared_error;
  const TrainingData data = load_data(seed, training.loss, {}, 1);
  Trainer<float> trainer(seed.model, trainable_on(naive()), training);
  FitWatch watch;
  const FitResult result = fit(trainer, data, {seed.batch, 4, 0, 1}, watch);
  ASSERT_EQ(result.epochs.size(), 4U);
  EXPECT_LT(result.epochs.back().loss, result.epochs.front().loss);
}

class TrainBackends : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, TrainBackends,
                         testing::Values("seed:gru16-td", "seed:gru16-dense", "seed:gru16-last"));

TEST_P(TrainBackends, LoseLoss) {
  Seed seed = find_seed(GetParam());
  seed.input.batch = 8;
  TrainPlan plan{seed.name, seed.model, {}, {}, {4, 20, 0, 1}, {}};
  plan.data = load_data(seed, plan.training.loss, {}, 1);
  std::size_t trained = 0;
  for (const Backend* backend : loaded_backends()) {
    if (!supports(*backend, plan)) continue;
    SCOPED_TRACE(backend->name());
    Trainer<float> trainer(plan.model, trainable_on(*backend), plan.training);
    FitWatch watch;
    const FitResult result = fit(trainer, plan.data, plan.fit, watch);
    ASSERT_EQ(result.epochs.size(), 20U);
    EXPECT_LT(result.epochs.back().loss, result.epochs.front().loss);
    ++trained;
  }
  EXPECT_GT(trained, 1U);  // not naive alone
}

}  // namespace
}  // namespace lockstep
