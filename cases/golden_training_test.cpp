#include "cases/golden_training.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "backends/naive_for_test.h"
#include "backends/refusal_for_test.h"
#include "backends/trainer.h"
#include "cases/golden_for_test.h"
#include "cases/seeds.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

std::vector<GoldenTraining> golden_training() {
  return read_golden_training(golden_folder / "training.json");
}

/// For messages.
std::string describe(const GoldenTraining& golden) {
  return fmt::format("{}, {}, {}: {}", golden.name, loss_names.of(golden.spec.loss),
                     optimizer_names.of(golden.spec.optimizer.kind), golden.why);
}

/// A golden model and its data in Real, ready for its first step.
template <class Real>
struct TrainingRun {
  TrainingRun(const GoldenTraining& golden_, const ModelSpec& model, MakeTrainable<Real> make)
      : golden(golden_), trainer(model, std::move(make), golden.spec), input(values(golden.input)) {
    for (const std::string& output : model.outputs) targets.push_back(values(golden.targets.at(output)));
  }
  static std::vector<Real> values(const GoldenTensor& tensor) {
    return {tensor.values.begin(), tensor.values.end()};
  }
  TrainingBatch<Real> batch(std::size_t step) const {
    const auto [begin, size] = golden.batches[step % golden.batches.size()];
    const auto rows = [begin = begin, size = size](const std::vector<Real>& all, const GoldenTensor& tensor) {
      const std::int64_t steps = tensor.shape.at(1), features = tensor.shape.at(2);
      return sequence_view(all.data() + begin * steps * features, {size, steps, features},
                           Layout::batch_major);
    };
    TrainingBatch<Real> one{{rows(input, golden.input)}, {}};
    for (std::size_t i = 0; i < targets.size(); ++i)
      one.targets.push_back(rows(targets[i], golden.targets.at(golden.model.outputs[i])));
    return one;
  }
  const GoldenTraining& golden;
  Trainer<Real> trainer;
  std::vector<Real> input;
  std::vector<std::vector<Real>> targets;
};

double error(double computed, double expected) {
  return std::abs(computed - expected) / std::max(1.0, std::abs(expected));
}
/// NaN counts as the largest.
void keep_larger(double& largest, double error) {
  if (!(error <= largest)) largest = error;
}

/// The names of what a trainer holds, in its order.
std::vector<std::string> names(const GoldenTraining& golden) {
  std::vector<std::string> all;
  const GoldenTensors& weights = golden.weights.begin()->second;
  for (const Node& node : golden.model.nodes)
    for (const char* weight : {"kernel", "recurrent_kernel", "bias"})
      if (const auto name = fmt::format("{}/{}", node.name, weight); weights.contains(name))
        all.push_back(name);
  return all;
}

double error(const GoldenTraining& golden, std::span<const std::span<double>> computed,
             const GoldenTensors& expected) {
  const std::vector<std::string> order = names(golden);
  if (computed.size() != order.size() || expected.size() != order.size()) return HUGE_VAL;
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::vector<double>& values = expected.at(order[i]).values;
    if (computed[i].size() != values.size()) return HUGE_VAL;
    for (std::size_t j = 0; j < values.size(); ++j) keep_larger(largest, error(computed[i][j], values[j]));
  }
  return largest;
}

struct Deviations {
  double losses = 0, gradients = 0, weights = 0;
};

Deviations deviations(const GoldenTraining& golden, const ModelSpec& model) {
  TrainingRun<double> run(golden, model, trainable_by_reference());
  Deviations found;
  for (std::size_t step = 0; step < golden.losses.size(); ++step) {
    const auto batch = run.batch(step);
    run.trainer.forward(batch);
    keep_larger(found.losses, error(run.trainer.loss(batch), golden.losses[step]));
    run.trainer.backward(batch);
    if (step == 0 && !golden.gradients.empty())
      found.gradients = error(golden, run.trainer.gradients(), golden.gradients);
    run.trainer.apply();
    if (const auto weights = golden.weights.find(static_cast<std::int64_t>(step) + 1);
        weights != golden.weights.end())
      keep_larger(found.weights, error(golden, run.trainer.weights(), weights->second));
  }
  return found;
}

void expect_agreement(const GoldenTraining& golden, const ModelSpec& model) {
  SCOPED_TRACE(describe(golden));
  const Deviations found = deviations(golden, model);
  EXPECT_LE(found.losses, double_bound);
  EXPECT_LE(found.gradients, double_bound);
  EXPECT_LE(found.weights, double_bound);
}

class GoldenTrainings : public ::testing::Test {
 protected:
  std::vector<GoldenTraining> runs = golden_training();
};

TEST_F(GoldenTrainings, AreWhole) {
  std::set<Loss> losses;
  std::set<std::tuple<OptimizerKind, bool, bool, bool>> optimizers, clips;
  std::size_t of_seeds = 0;
  for (const auto& golden : runs) {
    SCOPED_TRACE(describe(golden));
    const OptimizerSpec& o = golden.spec.optimizer;
    losses.insert(golden.spec.loss);
    optimizers.insert({o.kind, o.momentum > 0, o.nesterov, o.centered});
    clips.insert({o.kind, o.clipnorm > 0, o.global_clipnorm > 0, o.clipvalue > 0});
    EXPECT_TRUE(golden.weights.contains(static_cast<std::int64_t>(golden.losses.size())));
    if (!golden.name.starts_with("seed:")) continue;
    ++of_seeds;
    const ModelSpec seed = find_seed(golden.name).model;
    ASSERT_EQ(golden.model.nodes.size(), seed.nodes.size());
    EXPECT_EQ(golden.model.outputs, seed.outputs);
    for (std::size_t i = 1; i < seed.nodes.size(); ++i)
      EXPECT_EQ(golden.model.nodes[i].kind, seed.nodes[i].kind);
  }
  EXPECT_EQ(of_seeds, 4U);
  EXPECT_EQ(losses.size(), loss_names.names.size());
  EXPECT_EQ(optimizers.size(), 3U + 4U + 1U);  // of sgd, rmsprop, adam
  EXPECT_EQ(clips.size(), 3U * 4U);
}

TEST_F(GoldenTrainings, OracleTrainsAsKeras) {
  for (const auto& golden : runs) expect_agreement(golden, golden.model);
}

TEST_F(GoldenTrainings, DenseTrainsAsTimeDistributedDense) {
  for (const auto& golden : runs)
    if (golden.name == "seed:gru16-td")
      expect_agreement(golden, with_dense_style(golden.model, DenseStyle::flattened));
}

/// A fault of the optimizer or the loss: what a trainer would be that had it.
struct Fault {
  const char* name;
  void (*plant)(TrainingSpec&);
};
constexpr Fault faults[]{
    {"rho is its complement", [](TrainingSpec& s) { s.optimizer.rho = 1 - s.optimizer.rho; }},
    {"epsilon is larger", [](TrainingSpec& s) { s.optimizer.epsilon *= 10; }},
    {"epsilon is left out", [](TrainingSpec& s) { s.optimizer.epsilon = 0; }},
    {"momentum is ignored", [](TrainingSpec& s) { s.optimizer.momentum = 0; }},
    {"nesterov is ignored", [](TrainingSpec& s) { s.optimizer.nesterov = false; }},
    {"nesterov is always on", [](TrainingSpec& s) { s.optimizer.nesterov = true; }},
    {"centered is ignored", [](TrainingSpec& s) { s.optimizer.centered = false; }},
    {"centered is always on", [](TrainingSpec& s) { s.optimizer.centered = true; }},
    {"the betas are swapped", [](TrainingSpec& s) { std::swap(s.optimizer.beta_1, s.optimizer.beta_2); }},
    {"the learning rate is halved", [](TrainingSpec& s) { s.optimizer.learning_rate /= 2; }},
    {"clipnorm is ignored", [](TrainingSpec& s) { s.optimizer.clipnorm = 0; }},
    {"global_clipnorm is ignored", [](TrainingSpec& s) { s.optimizer.global_clipnorm = 0; }},
    {"clipvalue is ignored", [](TrainingSpec& s) { s.optimizer.clipvalue = 0; }},
    {"norms are of all weights together",
     [](TrainingSpec& s) { std::swap(s.optimizer.clipnorm, s.optimizer.global_clipnorm); }},
    {"errors are squared",
     [](TrainingSpec& s) {
       if (s.loss == Loss::mean_absolute_error) s.loss = Loss::mean_squared_error;
     }},
    {"classes are judged one by one",
     [](TrainingSpec& s) {
       if (s.loss == Loss::categorical_crossentropy) s.loss = Loss::binary_crossentropy;
     }},
};

/// What a fault does to the numbers of each run, at most.
TEST_F(GoldenTrainings, NoticeEveryFaultOfOptimizersAndLosses) {
  for (const Fault& fault : faults) {
    double largest = 0;
    for (GoldenTraining golden : runs) {
      fault.plant(golden.spec);
      const Deviations found = deviations(golden, golden.model);
      for (const double one : {found.losses, found.gradients, found.weights}) keep_larger(largest, one);
    }
    EXPECT_FALSE(largest <= double_bound) << fault.name;
  }
}

/// The losses of all steps in double with noise as large as float's roundings. Sums in float are exact sums
/// for weights that err by so much (backward error), forward and back; gradients err for the sum over all
/// rows, too.
std::vector<double> noisy_losses(const GoldenTraining& golden, unsigned seed) {
  TrainingRun<double> run(golden, golden.model, trainable_by_reference());
  const std::vector<std::string> order = names(golden);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> noise(-1, 1);
  std::vector<double> losses;
  for (std::size_t step = 0; step < golden.losses.size(); ++step) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::vector<std::int64_t>& shape = golden.weights.begin()->second.at(order[i]).shape;
      const std::int64_t terms = shape.size() == 2 ? std::max(shape[0], shape[1]) : 1;
      for (double& value : run.trainer.weights()[i]) value += product_noise(terms, value) * noise(random);
    }
    const auto batch = run.batch(step);
    run.trainer.forward(batch);
    losses.push_back(run.trainer.loss(batch));
    run.trainer.backward(batch);
    for (const std::span<double> gradient : run.trainer.gradients()) {
      double largest = 0;
      for (const double value : gradient) largest = std::max(largest, std::abs(value));
      for (double& value : gradient)
        value += product_noise(batch.inputs[0].dims[0] * batch.inputs[0].dims[1], largest) * noise(random);
    }
    run.trainer.apply();
  }
  return losses;
}

/// By how much the loss differs in float, where the bound 1 - 1e-7 of a probability is 2^-23 from 1: of
/// outputs of 1 for which a binary crossentropy takes log(1 - p).
double of_rounded_bound(const TrainingRun<float>& run, const TrainingBatch<float>& batch) {
  if (run.golden.spec.loss != Loss::binary_crossentropy) return 0;
  const auto output = run.trainer.outputs().at(0);
  const auto [size, steps, features] = output.dims;
  double sum = 0;
  for (std::int64_t b = 0; b < size; ++b)
    for (std::int64_t t = 0; t < steps; ++t)
      for (std::int64_t j = 0; j < features; ++j)
        if (output(b, t, j) >= 1) sum += 1 - static_cast<double>(batch.targets[0](b, t, j));
  return sum * std::log(1e-7 / 0x1p-23) / static_cast<double>(size * steps * features);
}

TEST_F(GoldenTrainings, FloatOnNaiveStaysWithinTheNoise) {
  for (const auto& golden : runs) {
    SCOPED_TRACE(describe(golden));
    std::vector<double> moved(golden.losses.size());
    for (unsigned seed = 0; seed < noisy_runs; ++seed) {
      const auto losses = noisy_losses(golden, seed);
      for (std::size_t i = 0; i < moved.size(); ++i)
        keep_larger(moved[i], std::abs(losses[i] - golden.losses[i]));
    }
    TrainingRun<float> run(golden, golden.model, trainable_on(naive()));
    for (std::size_t i = 0; i < moved.size(); ++i) {
      ASSERT_FALSE(is_ill_conditioned(moved[i], golden.losses[i])) << "step " << i;
      const auto batch = run.batch(i);
      const double loss = run.trainer.step(batch);
      EXPECT_NEAR(loss, golden.losses[i] + of_rounded_bound(run, batch),
                  trajectory_tolerance(moved[i], golden.losses[i]))
          << "step " << i;
    }
  }
}

TEST(GoldenTrainingFile, IsRefusedWithAReason) {
  const auto refusal = [](const std::string& text) -> std::string {
    const auto path = std::filesystem::path(::testing::TempDir()) / "lockstep_golden_training.json";
    std::ofstream(path) << text;
    return refusal_of([&] { read_golden_training(path); });
  };
  const auto with = [](const std::string& weights, const std::string& optimizer) {
    return fmt::format(
        R"({{"runs": [{{"model": "", "why": "", "loss": "mse", "optimizer": {}, "batches": [[0, 1]],
            "layers": [{{"name": "a", "reads": "input", "problem": "activation/B:1/T:1/F:1/act:tanh"}}],
            "outputs": ["a"], "weights": {}, "given": {{"input": {{"shape": [1, 1, 1], "values": [1]}}}},
            "targets": {{}}, "expected": {{"losses": [], "weights": {{}}}}}}]}})",
        optimizer, weights);
  };
  EXPECT_EQ(refusal(with("{}", R"({"kind": "sgd"})")), "accepted");
  EXPECT_THAT(refusal(with("{}", R"({"kind": "lion"})")), HasSubstr("unknown optimizer \"lion\""));
  EXPECT_THAT(refusal(with("{}", R"({"kind": "sgd", "decay": 1})")), HasSubstr("unknown argument \"decay\""));
  EXPECT_THAT(refusal(with(R"({"b/kernel": {"shape": [1, 1], "values": [1]}})", R"({"kind": "sgd"})")),
              HasSubstr("there is no layer for b/kernel"));
  EXPECT_THAT(refusal(R"({"vectors": []})"), HasSubstr("lockstep_golden_training.json"));
}

}  // namespace
}  // namespace lockstep
