#include "verify/model_oracle.h"

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

#include "backends/model_for_test.h"
#include "backends/model_reference.h"
#include "cases/data.h"
#include "verify/noise.h"

namespace lockstep {
namespace {

constexpr std::int64_t oracle_samples = 6;

/// Samples of zeros, but for one.
ModelGiven given_with_one_loud(std::int64_t loud) {
  const Shape shape{oracle_samples, 64, 15};
  const ModelGiven random = make_model_given(last_step(), shape, InputKind::random, InitialStates::zero, 1);
  Array<float> input{{shape.batch, shape.time_steps, shape.features}, {}};
  for (std::int64_t b = 0; b < shape.batch; ++b)
    for (std::int64_t t = 0; t < shape.time_steps; ++t)
      for (std::int64_t j = 0; j < shape.features; ++j)
        input.values.push_back(b == loud ? 4 * random.inputs[0].input_view()(b, t, j) : 0.0F);
  return given_inputs({&input, 1});
}

Seed in_one_batch() {
  Seed one;
  one.model = last_step();
  one.input = {oracle_samples, 64, 15};
  one.batch = oracle_samples;
  return one;
}

double largest_allowed(const ModelAnswer& answer) {
  return *std::max_element(answer.allowed.at(0).begin(), answer.allowed.at(0).end());
}
/// What a person's own samples are allowed to err.
double allowed_of_own(std::int64_t loud) {
  return largest_allowed(ModelOracle(in_one_batch(), given_with_one_loud(loud)).batches.at(0));
}
double allowed_of_alike(std::int64_t loud) {
  const Seed one = in_one_batch();
  const auto run = [&](const BasicModelIo<double>& io, std::optional<int> noisy_run) {
    if (!noisy_run) return run_reference(one.model, io);
    std::vector<BasicWeights<double>> weights;
    for (const Node& node : one.model.nodes) weights.push_back(node.weights.as<double>());
    run_reference(one.model, weights, io, [&](std::size_t layer) {
      return Noisy(static_cast<std::uint64_t>(noisy_runs) * layer + static_cast<std::uint64_t>(*noisy_run));
    });
  };
  return largest_allowed(
      answer_of(one.model, run, given_with_one_loud(loud), {0, oracle_samples}, Samples::alike));
}

TEST(ModelOracle, LooksAtTheNoiseInEverySampleOfUnlikeOnes) {
  const double first = allowed_of_own(0), last = allowed_of_own(5);
  EXPECT_NEAR(first / last, 1, 0.5);  // each by other noise
  EXPECT_GT(last, 1.5 * allowed_of_alike(5));
}

}  // namespace
}  // namespace lockstep
