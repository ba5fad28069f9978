#include "bench/latency/layer_latency.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "bench/latency/steps.h"
#include "bench/layer_labels.h"
#include "bench/shared.h"
#include "bench/work.h"
#include "verify/check.h"
#include "verify/judge.h"

namespace lockstep {
namespace {

/// One time step of the case, as it is computed in turn.
Case step_of(Case one) {
  one.problem.shape.time_steps = 1;
  if (auto* recurrent = std::get_if<RecurrentSpec>(&one.problem.layer)) {
    recurrent->return_sequences = true;
    one.problem.extras.initial_state = one.problem.extras.final_state = true;
  }
  return one;
}

/// All steps that are verified, from zero states.
Case sequence_of(const Case& step) {
  Case one = step;
  one.problem.shape.time_steps = steps_to_verify(flops(step.problem));
  one.problem.extras = {};
  return one;
}

/// Why a case cannot run step by step, in a sentence; empty where it can.
std::string why_not_in_steps(const Problem& problem) {
  if (problem.exec.pass == Pass::training)
    return "a step alone is of inference: accepted is no pass:training";
  if (problem.extras.mask != MaskPattern::none)
    return "a masked step shows again the output of the one before, which is no state";
  const auto* recurrent = as_recurrent(problem);
  return recurrent != nullptr && recurrent->go_backwards
             ? "the layer goes backwards: its first step takes the last input"
             : "";
}

/// What the oracle says of the steps in turn, and of one from given states.
struct StepOracle {
  explicit StepOracle(const Case& step, int threads)
      : sequence(sequence_of(step)),
        given(std::make_shared<const Given>(make_given(sequence))),
        expected(sequence.problem, *given, threads),
        given_step(make_given(step)),
        expected_step(step.problem, given_step, threads) {}
  Case sequence;
  std::shared_ptr<const Given> given;
  Expected expected;
  Given given_step;
  Expected expected_step;
};

/// Prepares the layer, and verifies it by the steps that it computes in turn and by one from given states.
ReadyRow verify_steps(const Case& step, const Backend& backend,
                      const std::shared_ptr<const StepOracle>& oracle) {
  const auto start = std::chrono::steady_clock::now();
  const auto steps = std::make_shared<LayerSteps>(backend, step.problem, oracle->given);
  ReadyRow ready;
  ready.prepare_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const Problem& sequence = oracle->sequence.problem;
  const FirstSteps first(*steps, sequence.shape.time_steps);
  ready.first_call_seconds = first.first_seconds;
  Finding in_turn(oracle->sequence, backend.name());
  const Allowed allowed = oracle->expected.allowed(sequence);
  judge(in_turn, "steps in turn",
        compare(oracle->expected.output(sequence), first.output(0, sequence.shape.time_steps),
                allowed.output()));
  const Finding alone = check_layer(backend, steps->layer(), step, oracle->given_step, oracle->expected_step);
  ready.method = alone.method;
  ready.share_of_tolerance = std::max(in_turn.share_of_tolerance(), alone.share_of_tolerance());
  ready.verdict = to_string(alone.verdict);
  ready.reason = alone.reason;
  if (!in_turn.failed.empty() || (alone.verdict == Verdict::pass && allowed.ill_conditioned())) {
    ready.verdict = to_string(in_turn.failed.empty() ? Verdict::ill_conditioned : Verdict::fail);
    ready.reason = in_turn.failed.empty() ? std::string(ill_conditioned_reason) : in_turn.reason;
  }
  if (ready.verdict == to_string(Verdict::pass)) ready.call = [steps, oracle] { steps->run(); };
  return ready;
}

ReadyRow make_ready(const Case& step, const Backend& backend, Shared<StepOracle>& shared) {
  ReadyRow ready;
  ready.verdict = to_string(Verdict::skip);
  ready.reason = why_not_in_steps(step.problem);
  if (!ready.reason.empty()) return ready;
  if (const Support support = backend.supports(step.problem); !support) {
    ready.reason = support.why();
    return ready;
  }
  const auto oracle = shared.get([&] {
    return std::make_shared<const StepOracle>(
        step, static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
  });
  try {
    return verify_steps(step, backend, oracle);
  } catch (const std::exception& error) {
    ready.verdict = to_string(Verdict::fail);
    ready.reason = fmt::format("threw: {}", error.what());
    return ready;
  }
}

}  // namespace

std::int64_t steps_to_verify(double flops_per_step) {
  constexpr double most_flops = 5e8;
  constexpr std::int64_t least = 4, most = 64;
  return flops_per_step * most <= most_flops
             ? most
             : std::max(least, static_cast<std::int64_t>(most_flops / flops_per_step));
}

std::vector<RowGroup> layer_latency_rows(std::span<const Case> cases,
                                         std::span<const Backend* const> backends) {
  struct Open {
    std::size_t group;
    std::shared_ptr<Shared<StepOracle>> shared;
  };
  std::map<std::string, Open> open;
  std::set<std::string> seen;
  std::vector<RowGroup> groups;
  for (const Case& one : cases) {
    const Case step = step_of(one);
    if (!seen.insert(fmt::format("{}#{}", to_string(step.problem), step.seed)).second) continue;
    const auto [place, is_new] =
        open.try_emplace(fmt::format("{}#{}", group_key(step.problem), step.seed),
                         Open{groups.size(), std::make_shared<Shared<StepOracle>>()});
    if (is_new) groups.emplace_back();
    for (const Backend* backend : backends) {
      Row row;
      row.name = fmt::format("{}/{}/backend:{}", latency_of_step, to_string(step.problem), backend->name());
      Problem shown = step.problem;
      shown.extras = one.problem.extras.mask == MaskPattern::none ? Extras() : one.problem.extras;
      row.labels = labels_of(shown, backend->name(), latency_of_step);
      row.steps_per_call = steps(step.problem);
      row.flops_per_call = flops(step.problem);
      row.make_ready = [step, backend, shared = place->second.shared] {
        return make_ready(step, *backend, *shared);
      };
      groups[place->second.group].push_back(std::move(row));
    }
  }
  return groups;
}

}  // namespace lockstep
