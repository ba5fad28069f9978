#include "bench/latency/model_latency.h"

#include <chrono>

#include <fmt/format.h>

#include "bench/latency/layer_latency.h"
#include "bench/latency/steps.h"
#include "bench/model_layers.h"
#include "bench/model_rows.h"
#include "bench/shared.h"
#include "cases/models.h"
#include "verify/judge.h"
#include "verify/model_oracle.h"

namespace lockstep {
namespace {

/// Prepares the model, and verifies it by the steps that it computes in turn.
ReadyRow verify_steps(const Seed& step, std::int64_t time_steps, const Backend& backend,
                      const Sharing& sharing, int threads, const std::shared_ptr<const ModelOracle>& oracle) {
  const std::shared_ptr<const ModelGiven> given(oracle, &oracle->given);
  const auto start = std::chrono::steady_clock::now();
  const auto steps = std::make_shared<ModelSteps>(backend, step.model, given, threads, sharing.fallback);
  ReadyRow ready;
  ready.prepare_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ready.method = steps->method();
  const FirstSteps first(*steps, time_steps);
  ready.first_call_seconds = first.first_seconds;
  const ModelAnswer& answer = oracle->batches.front();
  const auto wanted = answer.expected.views();
  Finding finding;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    judge(finding, fmt::format("steps in turn, output {}", step.model.outputs[i]),
          compare(wanted[i], first.output(i, wanted[i].dims[1]), answer.allowed_view(i)));
  ready.share_of_tolerance = finding.share_of_tolerance();
  ready.reason = finding.failed.empty() ? sharing.why : finding.reason;
  ready.verdict = to_string(!finding.failed.empty()  ? Verdict::fail
                            : answer.ill_conditioned ? Verdict::ill_conditioned
                                                     : Verdict::pass);
  if (finding.failed.empty() && answer.ill_conditioned) ready.reason = ill_conditioned_reason;
  if (ready.verdict == to_string(Verdict::pass)) ready.call = [steps] { steps->run(); };
  return ready;
}

ReadyRow make_ready(const Seed& step, const Backend& backend, const Sharing& sharing, int threads,
                    std::uint64_t seed, Shared<ModelOracle>& shared) {
  ReadyRow ready;
  ready.verdict = to_string(Verdict::skip);
  ready.reason = why_not_in_steps(step.model);
  if (!ready.reason.empty()) return ready;
  if (!sharing.possible()) {
    ready.reason = sharing.why;
    return ready;
  }
  const std::int64_t time_steps =
      steps_to_verify(flops_of(model_layers(step, step.input, threads, Passes::forward)));
  const std::int64_t at_once = only_length(step.model).value_or(time_steps);  // of vectors alone: 1
  const auto oracle = shared.get([&] {
    return std::make_shared<const ModelOracle>(in_size(step, step.input.batch, at_once), InitialStates::zero,
                                               seed);
  });
  try {
    return verify_steps(step, time_steps, backend, sharing, threads, oracle);
  } catch (const std::exception& error) {
    ready.verdict = to_string(Verdict::fail);
    ready.reason = fmt::format("threw: {}", error.what());
    return ready;
  }
}

}  // namespace

std::vector<RowGroup> model_latency_rows(std::span<const Seed> models,
                                         std::span<const Backend* const> backends, std::int64_t batch,
                                         std::span<const int> threads, std::uint64_t seed,
                                         const Backend* fallback) {
  std::vector<RowGroup> groups;
  for (const Seed& whole : models) {
    const bool in_steps = why_not_in_steps(whole.model).empty();
    const Seed step = in_steps ? in_size(whole, batch, 1) : whole;
    const auto shared = std::make_shared<Shared<ModelOracle>>();
    RowGroup& group = groups.emplace_back();
    for (const int count : threads)
      for (const Backend* backend : backends) {
        Row& row = group.emplace_back();
        row.name = fmt::format("{}/{}/B:{}/T:1/threads:{}", latency_of_step, step.name, batch, count);
        row.labels = {latency_of_step, {}, {}, batch, 1, step.input.features, 0, count, {}};
        Sharing sharing;
        if (in_steps)
          sharing = share_layers(*backend, fallback, step.model, step.input, {count, Pass::inference},
                                 InitialStates::carried);
        describe_backend(row, *backend, sharing);
        describe_model(row, step);
        row.steps_per_call = static_cast<double>(batch);
        if (in_steps) row.flops_per_call = flops_of(model_layers(step, step.input, count, Passes::forward));
        row.make_ready = [step, backend, sharing, count, seed, shared] {
          return make_ready(step, *backend, sharing, count, seed, *shared);
        };
      }
  }
  return groups;
}

}  // namespace lockstep
