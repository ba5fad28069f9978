#include "verify/gradients/model_expected.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "backends/team.h"
#include "backends/trainable_reference.h"
#include "cases/targets.h"
#include "verify/noise.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

/// What one run of the training gives.
struct Outcome {
  double loss = 0;
  std::vector<std::vector<double>> gradients, trained;
};

std::vector<std::vector<double>> copied(std::span<const std::span<double>> spans) {
  std::vector<std::vector<double>> values;
  for (const auto& span : spans) values.emplace_back(span.begin(), span.end());
  return values;
}

Outcome train(const ModelSpec& model, MakeTrainable<double> make, const TrainingSpec& spec,
              const TrainingBatch<double>& batch) {
  Trainer<double> trainer(model, std::move(make), spec);
  Outcome outcome;
  trainer.forward(batch);
  outcome.loss = trainer.loss(batch);
  trainer.backward(batch);
  outcome.gradients = copied(trainer.gradients());
  trainer.apply();
  for (int step = 1; step < trained_steps; ++step) trainer.step(batch);
  outcome.trained = copied(trainer.weights());
  return outcome;
}

std::vector<std::vector<double>> initial_weights(const ModelSpec& model) {
  std::vector<std::vector<double>> all;
  for (const Node& node : model.nodes)
    for (const auto* values : {&node.weights.kernel, &node.weights.recurrent_kernel, &node.weights.bias})
      if (!values->empty()) all.emplace_back(values->begin(), values->end());
  return all;
}

/// The largest of |a - b|, or of |a| without b, in each gate.
std::vector<double> largest_in_gates(const ModelWeight& weight, const std::vector<double>& a,
                                     const std::vector<double>* b) {
  std::vector<double> largest(static_cast<std::size_t>(weight.gates));
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto gate = static_cast<std::size_t>(static_cast<std::int64_t>(i) / weight.units % weight.gates);
    const double value = std::abs(b == nullptr ? a[i] : a[i] - (*b)[i]);
    largest[gate] =
        std::max(largest[gate], std::isfinite(value) ? value : std::numeric_limits<double>::infinity());
  }
  return largest;
}

double largest_of(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end());
}

}  // namespace

TrainingSample::TrainingSample(const Seed& one, std::int64_t samples, Loss loss, std::uint64_t seed) {
  Shape shape = one.input;
  shape.batch = std::min(samples, shape.batch);
  given_ = make_model_given(one.model, shape, one.input_kind, InitialStates::zero, seed);
  batch_.inputs = given_.input_rows(0, shape.batch);
  for (std::size_t i = 0; i < batch_.inputs.size(); ++i) {
    const Buffer<float>& input = given_.inputs[i].input;
    wide_memory_.emplace_back(input.begin(), input.end());
    wide_.inputs.push_back({wide_memory_.back().data(), batch_.inputs[i].dims, batch_.inputs[i].strides});
  }
  for (const auto& output : output_dims(one.model, shape)) {
    const std::array<std::int64_t, 3> dims{output[0], output[1], target_features(loss, output[2])};
    targets_.push_back(random_target(loss, output, seed));
    batch_.targets.push_back(sequence_view<const float>(targets_.back().data(), dims, Layout::batch_major));
    wide_memory_.emplace_back(targets_.back().begin(), targets_.back().end());
    wide_.targets.push_back(
        sequence_view<const double>(wide_memory_.back().data(), dims, Layout::batch_major));
  }
}

std::vector<ModelWeight> weights_of(const ModelSpec& model) {
  const ModelGraph graph = resolve(model);
  std::vector<ModelWeight> all;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const auto layer = layer_of(model.nodes[i]);
    if (!layer) continue;
    const std::int64_t features = graph.given(i).features;
    const std::int64_t units = output_features(*layer, features);
    const WeightShapes shapes = weight_shapes(*layer, features);
    const auto add = [&](std::string_view name, const WeightShapes::Matrix& shape) {
      if (shape[0] > 0)
        all.push_back({fmt::format("{}/{}", model.nodes[i].name, name), shape[0], shape[1] / units, units});
    };
    add("kernel", shapes.kernel);
    add("recurrent_kernel", shapes.recurrent_kernel);
    add("bias", shapes.bias);
  }
  return all;
}

SequenceView<const double> ExpectedTraining::Part::expected_view() const {
  return {expected.data(),
          {weight.rows, weight.gates, weight.units},
          {weight.gates * weight.units, weight.units, 1}};
}
SequenceView<const double> ExpectedTraining::Part::allowed_view() const {
  return {allowed.data(), {weight.rows, weight.gates, weight.units}, {0, 1, 0}};
}

ExpectedTraining::ExpectedTraining(const Seed& one, const TrainingSample& sample, const TrainingSpec& spec,
                                   int threads) {
  const Outcome exact = train(one.model, trainable_by_reference(), spec, sample.wide());
  std::vector<Outcome> noisy(noisy_runs);
  Team team(std::min(threads, noisy_runs));
  team.run([&](int worker) {
    const auto [begin, end] = slice_of(noisy_runs, team.threads(), worker);
    for (std::int64_t i = begin; i < end; ++i) {
      std::uint64_t layer = 0;
      const auto make = [&](const Problem& problem, const BasicWeights<double>& weights) {
        return std::make_unique<TrainableByReference<double, Noisy>>(
            problem, weights, Noisy(noisy_runs * layer++ + static_cast<std::uint64_t>(i)));
      };
      noisy[static_cast<std::size_t>(i)] = train(one.model, make, spec, sample.wide());
    }
  });
  loss = exact.loss;
  double loss_deviation = 0;
  for (const Outcome& run : noisy) loss_deviation = std::max(loss_deviation, std::abs(run.loss - exact.loss));
  loss_allowed = trajectory_tolerance(loss_deviation, std::abs(loss));

  const auto weights = weights_of(one.model);
  const auto judge_by = [&](std::vector<std::vector<double>> Outcome::*what, std::size_t k,
                            std::string name) {
    const std::vector<double>& values = (exact.*what)[k];
    const std::vector<double> sizes = largest_in_gates(weights[k], values, nullptr);
    std::vector<double> deviations(sizes.size());
    for (const Outcome& run : noisy) {
      const auto apart = largest_in_gates(weights[k], values, &(run.*what)[k]);
      for (std::size_t g = 0; g < apart.size(); ++g) deviations[g] = std::max(deviations[g], apart[g]);
    }
    const bool lost = is_ill_conditioned_gradient(largest_of(deviations), largest_of(sizes));
    ill_conditioned = ill_conditioned || lost;
    Part part{std::move(name), weights[k], values, {}};
    for (std::size_t g = 0; g < sizes.size(); ++g)
      part.allowed.push_back(lost ? std::numeric_limits<double>::infinity()
                                  : gradient_tolerance(deviations[g], sizes[g]));
    return part;
  };
  const auto initial = initial_weights(one.model);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double moved = largest_of(largest_in_gates(weights[k], exact.trained[k], &initial[k]));
    const double gradient = largest_of(largest_in_gates(weights[k], exact.gradients[k], nullptr));
    gradients.push_back(judge_by(&Outcome::gradients, k, fmt::format("gradient of {}", weights[k].name)));
    trained.push_back(
        judge_by(&Outcome::trained, k, fmt::format("{} after {} steps", weights[k].name, trained_steps)));
    if (distrust.empty() && !ill_conditioned &&
        !(largest_of(gradients.back().allowed) < gradient && largest_of(trained.back().allowed) < moved))
      distrust = fmt::format("{} moves by no more than noise would move it", weights[k].name);
  }
}

}  // namespace lockstep
