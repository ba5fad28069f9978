#include "verify/gradients/model_check.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <thread>

#include <fmt/format.h>

#include "backends/model.h"
#include "backends/model_plan.h"
#include "cases/targets.h"
#include "reports/columns.h"
#include "verify/gradients/model_expected.h"
#include "verify/judge.h"

namespace lockstep {
namespace {

using Weights32 = std::vector<std::vector<float>>;

/// What a backend made of the same training as the oracle's.
struct Trained {
  double loss = 0;
  Weights32 gradients, weights;
  std::string method;
};

Weights32 copied(std::span<const std::span<float>> spans) {
  Weights32 values;
  for (const auto& span : spans) values.emplace_back(span.begin(), span.end());
  return values;
}

Trained train(const Backend& backend, const ModelSpec& model, const TrainingSpec& spec,
              const TrainingBatch<float>& batch) {
  Trainer<float> trainer(model, trainable_on(backend), spec);
  Trained trained;
  trainer.forward(batch);
  trained.loss = trainer.loss(batch);
  trainer.backward(batch);
  trained.gradients = copied(trainer.gradients());
  trainer.apply();
  for (int step = 1; step < trained_steps; ++step) trainer.step(batch);
  trained.weights = copied(trainer.weights());
  trained.method = trainer.method();
  return trained;
}

SequenceView<const float> view_of(const std::vector<float>& values, const ModelWeight& weight) {
  return {values.data(),
          {weight.rows, weight.gates, weight.units},
          {weight.gates * weight.units, weight.units, 1}};
}

void judge_training(Finding& finding, const ExpectedTraining& expected, const Trained& trained) {
  const SequenceView<const double> loss{&expected.loss, {1, 1, 1}, {1, 1, 1}},
      allowed{&expected.loss_allowed, {1, 1, 1}, {1, 1, 1}};
  const auto got = static_cast<float>(trained.loss);
  judge(finding, "loss", compare(loss, {&got, {1, 1, 1}, {1, 1, 1}}, allowed));
  const auto judge_all = [&](std::string_view check, const std::vector<ExpectedTraining::Part>& parts,
                             const Weights32& values) {
    for (std::size_t k = 0; k < parts.size(); ++k)
      judge(finding, check, parts[k].name,
            compare(parts[k].expected_view(), view_of(values[k], parts[k].weight), parts[k].allowed_view()),
            weight_axes);
  };
  judge_all("gradients", expected.gradients, trained.gradients);
  judge_all("trained weights", expected.trained, trained.weights);
}

BitDifference bits_between(const std::vector<ExpectedTraining::Part>& parts, const Weights32& a,
                           const Weights32& b) {
  BitDifference bits;
  for (std::size_t k = 0; k < parts.size(); ++k)
    bits.merge(compare_bits(view_of(a[k], parts[k].weight), view_of(b[k], parts[k].weight)));
  return bits;
}

/// With nothing found yet.
Finding finding_of(const Backend& backend, const Seed& one, std::uint64_t seed) {
  Finding finding;
  finding.subject = one.name;
  finding.layer = "model";
  finding.part = "training";
  finding.why = fmt::format("{}, trained for {} steps", one.why, trained_steps);
  finding.seed = seed;
  finding.backend = backend.name();
  return finding;
}

/// Of a model that Keras trains otherwise.
TrainingFindings not_trained(std::span<const Backend* const> backends, const Seed& one, std::uint64_t seed) {
  TrainingFindings all;
  for (const Backend* backend : backends) {
    Finding& finding = all.findings.emplace_back(finding_of(*backend, one, seed));
    finding.verdict = Verdict::skip;
    finding.reason = one.not_trained.front();
  }
  return all;
}

}  // namespace

std::int64_t few_samples(const Seed& one) {
  constexpr std::int64_t most_steps = 2048;  // of all samples of the longest input
  std::int64_t longest = 1;
  for (const auto& dims : input_dims(one.model, one.input)) longest = std::max(longest, dims[1]);
  return std::clamp<std::int64_t>(most_steps / longest, 1, std::min(one.batch, one.input.batch));
}

TrainingFindings check_training(std::span<const Backend* const> backends, const Seed& one,
                                std::int64_t samples, std::uint64_t seed, int threads) {
  if (!one.not_trained.empty()) return not_trained(backends, one, seed);
  const Loss loss = usual_loss(one.model);
  const TrainingSpec spec{loss, default_optimizer(OptimizerKind::rmsprop), threads};
  const TrainingSample sample(one, samples, loss, seed);
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const ExpectedTraining expected(one, sample, spec, cores);
  const Shape shape = shape_of_run(resolve(one.model), sample.batch().inputs);
  TrainingFindings all;
  for (const Backend* backend : backends) {
    const auto start = std::chrono::steady_clock::now();
    Finding finding = finding_of(*backend, one, seed);
    try {
      const Support support =
          supports(*backend, one.model, shape, {threads, Pass::training}, InitialStates::zero);
      if (!support) {
        finding.verdict = Verdict::skip;
        finding.reason = support.why();
        all.findings.push_back(std::move(finding));
        continue;
      }
      const Trained whole =
          train(*backend, with_dense_style(one.model, DenseStyle::flattened), spec, sample.batch());
      const Trained per_step =
          train(*backend, with_dense_style(one.model, DenseStyle::time_distributed), spec, sample.batch());
      finding.method = whole.method;
      judge_training(finding, expected, whole);
      judge_training(finding, expected, per_step);
      if (finding.failed.empty()) {
        finding.verdict = !expected.distrust.empty() ? Verdict::untrusted
                          : expected.ill_conditioned ? Verdict::ill_conditioned
                                                     : Verdict::pass;
        finding.reason = expected.distrust;
        if (expected.ill_conditioned) finding.reason = ill_conditioned_gradient_reason;
      }
      all.styles.push_back({one.name, std::string(backend->name()),
                            bits_between(expected.gradients, whole.gradients, per_step.gradients),
                            bits_between(expected.trained, whole.weights, per_step.weights)});
    } catch (const std::exception& error) {
      fail(finding, "threw", fmt::format("threw: {}", error.what()));
    }
    finding.milliseconds =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    all.findings.push_back(std::move(finding));
  }
  return all;
}

reports::Table training_style_table(const std::vector<TrainingStyleDifference>& styles) {
  using reports::number;
  using reports::words;
  reports::Table table("", {words("model", "Model"), words("backend", "Backend"),
                            number("gradients_different", "Gradients that differ", "%", 3),
                            number("gradients_ulp", "Largest difference", "ulp"),
                            number("trained_different",
                                   fmt::format("Weights that differ after {} steps", trained_steps), "%", 3),
                            number("trained_ulp", "Largest difference", "ulp")});
  constexpr double percent = 100;
  const auto share = [](const BitDifference& bits) {
    return bits.compared == 0
               ? 0
               : percent * static_cast<double>(bits.different) / static_cast<double>(bits.compared);
  };
  for (const auto& [model, backend, gradients, trained] : styles)
    table.add({model, backend, share(gradients), gradients.largest_ulp, share(trained), trained.largest_ulp});
  return table;
}

}  // namespace lockstep
