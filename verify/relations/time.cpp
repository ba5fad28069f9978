#include <algorithm>
#include <set>

#include "verify/compare.h"
#include "verify/relations/arranged.h"
#include "verify/relations/families.h"
#include "verify/relations/trial.h"

namespace lockstep {
namespace {

bool gives_sequence(const Problem& problem) {
  return output_time_steps(problem) > 1;
}

/// 1, T/2 and T - 1, each once; none for T = 1.
std::set<std::int64_t> places_to_cut(std::int64_t time_steps) {
  std::set<std::int64_t> places{1, time_steps / 2, time_steps - 1};
  std::erase_if(places, [&](std::int64_t k) { return k < 1 || k >= time_steps; });
  return places;
}

Problem with_steps(Problem problem, std::int64_t time_steps) {
  problem.shape.time_steps = time_steps;
  return problem;
}

/// Steps [begin, end) in the order of processing.
Given part_of(const Trial& trial, std::int64_t begin, std::int64_t end) {
  return arranged(trial.given(), all_of(trial.given().shape.batch), steps_at(trial.problem(), begin, end));
}

/// The output of a run from step k on, whose masked steps show what came before k until one counts.
void continue_output(const Trial& trial, std::int64_t k, const Result& first, const Result& second,
                     const Result& whole) {
  const RecurrentSpec& layer = *as_recurrent(trial.problem());
  const auto [batch, time_steps, features] = trial.problem().shape;
  const auto before = first.output_view(), after = second.output_view(), to = whole.output_view();
  for (std::int64_t b = 0; b < batch; ++b) {
    bool shown = layer.zero_output_for_mask;
    for (std::int64_t step = k; step < time_steps; ++step) {
      shown = shown || counts(trial.problem(), trial.given(), b, step);
      const std::int64_t t = layer.return_sequences ? step - k : 0;
      const float* from = shown ? after.row(b, t) : before.row(b, before.dims[1] - 1);
      std::copy_n(from, layer.units, to.row(b, layer.return_sequences ? step : 0));
    }
  }
  if (layer.return_sequences) copy_sequence(before, steps_of(to, 0, k));
}

/// A state that a run returned, to be given to another.
Buffer<float> given_on(const GuardedBuffer& state) {
  if (state.size() == 0) return {};
  Buffer<float> copy(state.size());
  std::copy(state.begin(), state.end(), copy.begin());
  return copy;
}

void hand_over(Trial& trial) {
  const std::int64_t time_steps = trial.problem().shape.time_steps;
  for (const std::int64_t k : places_to_cut(time_steps)) {
    Problem first = with_steps(trial.problem(), k), second = with_steps(trial.problem(), time_steps - k);
    first.extras.final_state = second.extras.initial_state = true;
    const Result stopped = trial.run(first, part_of(trial, 0, k));
    Given rest = part_of(trial, k, time_steps);
    rest.initial_h = given_on(stopped.final_h);
    rest.initial_c = given_on(stopped.final_c);
    Result ended = trial.run(second, rest);
    Result whole(trial.problem());
    continue_output(trial, k, stopped, ended, whole);
    whole.final_h = std::move(ended.final_h);
    whole.final_c = std::move(ended.final_c);
    trial.compare(trial.usual(), whole);
  }
}

void prefix(Trial& trial) {
  for (const std::int64_t k : places_to_cut(trial.problem().shape.time_steps)) {
    const Result begun = trial.run(with_steps(trial.problem(), k), part_of(trial, 0, k));
    trial.compare("output", steps_of(SequenceView<const float>(trial.usual().output_view()), 0, k),
                  begun.output_view(), steps_of(trial.allowed().output(), 0, k));
  }
}

void last_of_sequence(Trial& trial) {
  Problem last = trial.problem();
  std::get<RecurrentSpec>(last.layer).return_sequences = false;
  const std::int64_t time_steps = trial.problem().shape.time_steps;
  trial.compare("output",
                steps_of(SequenceView<const float>(trial.usual().output_view()), time_steps - 1, time_steps),
                trial.run(last, trial.given()).output_view(),
                steps_of(trial.allowed().output(), time_steps - 1, time_steps));
}

void reversed(Trial& trial) {
  Problem other = trial.problem();
  auto& layer = std::get<RecurrentSpec>(other.layer);
  layer.go_backwards = !layer.go_backwards;
  auto steps = all_of(trial.problem().shape.time_steps);
  std::reverse(steps.begin(), steps.end());
  trial.compare(trial.usual(),
                trial.run(other, arranged(trial.given(), all_of(trial.problem().shape.batch), steps)));
}

void final_is_last(Trial& trial) {
  Problem asked = trial.problem();
  asked.extras.final_state = true;
  const Result result = trial.run(asked, trial.given());
  const auto output = result.output_view();
  const std::int64_t steps = output.dims[1];
  trial.compare("final h", as_sequence(result.h_view()), steps_of(output, steps - 1, steps),
                steps_of(trial.allowed().output(), steps - 1, steps));
}

}  // namespace

std::vector<Relation> time_relations() {
  using enum RelationClass;
  return {
      {"hand-over", "a run that stops at step k and goes on from its final states is one run", same_math,
       [](const Problem& p) { return is_recurrent(p) && p.shape.time_steps > 1; }, hand_over},
      {"prefix", "the first k outputs are those of a run of k steps", same_math, gives_sequence, prefix},
      {"last output", "return_sequences False gives the last output of True", same_math,
       [](const Problem& p) { return is_recurrent(p) && gives_sequence(p); }, last_of_sequence},
      {"backwards", "go_backwards is forwards on the reversed input, outputs in the order of processing",
       same_math, [](const Problem& p) { return is_recurrent(p) && p.shape.time_steps > 1; }, reversed},
      {"final state", "the final h is the last output", bitwise,
       [](const Problem& p) { return is_recurrent(p) && !is_masked(p); }, final_is_last},
  };
}

}  // namespace lockstep
