#include <algorithm>
#include <vector>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/wrong.h"

namespace lockstep {
namespace {

void flip_direction(Problem& problem) {
  auto& layer = std::get<RecurrentSpec>(problem.layer);
  layer.go_backwards = !layer.go_backwards;
}

void copy_step(const SequenceView<float>& output, std::int64_t b, std::int64_t from, std::int64_t to) {
  std::copy_n(output.row(b, from), output.dims[2], output.row(b, to));
}

/// A right run, and then `change` on each batch row of its output.
MakeLayer then(std::function<void(const SequenceView<float>&, std::int64_t b)> change) {
  return wrong_run([change = std::move(change)](ReferenceLayer<>& right, const Io& io) {
    right.run(io);
    for (std::int64_t b = 0; b < io.output.dims[0]; ++b) change(io.output, b);
  });
}

void reverse_steps(const SequenceView<float>& output, std::int64_t b) {
  for (std::int64_t t = 0, end = output.dims[1] - 1; t < end; ++t, --end)
    std::swap_ranges(output.row(b, t), output.row(b, t) + output.dims[2], output.row(b, end));
}

void delay_steps(const SequenceView<float>& output, std::int64_t b) {
  for (std::int64_t t = output.dims[1] - 1; t > 0; --t) copy_step(output, b, t - 1, t);
  std::fill_n(output.row(b, 0), output.dims[2], 0.0F);
}

void repeat_last_but_one(const SequenceView<float>& output, std::int64_t b) {
  if (b == output.dims[0] - 1) copy_step(output, b, output.dims[1] - 2, output.dims[1] - 1);
}

/// Each step sees the input of the step processed before it, the first one zeros.
void delay_input(ReferenceLayer<>& right, const Io& asked) {
  const auto [batch, time_steps, features] = asked.input.dims;
  const bool backwards = as_recurrent(right.problem())->go_backwards;
  std::vector<float> late(static_cast<std::size_t>(batch * time_steps * features));
  const auto input = sequence_view(late.data(), asked.input.dims, Layout::time_major);
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 1; t < time_steps; ++t)
      std::copy_n(asked.input.row(b, backwards ? t : t - 1), features, input.row(b, backwards ? t - 1 : t));
  Io io = asked;
  io.input = input;
  right.run(io);
}

/// Steps that are not taken: the state stays, and the output before is shown again.
MakeLayer skips(bool (*skipped)(const Step&, std::int64_t time_steps)) {
  return [=](const Problem& problem, const Weights& weights) {
    return layer_by_steps(problem, weights, [=, time_steps = problem.shape.time_steps](Step& step) {
      if (!skipped(step, time_steps)) take_right_step(step);
    });
  };
}

}  // namespace

std::vector<Mutant> time_mutants() {
  using namespace needs;
  return {
      {"direction_ignored",
       "A layer with go_backwards goes forwards.",
       {backwards, steps},
       wrong_problem(flip_direction)},
      {"direction_reversed",
       "A layer without go_backwards goes backwards.",
       {forwards, recurrent, steps},
       wrong_problem(flip_direction)},
      {"backward_output_in_order_of_input",
       "With go_backwards the outputs come in the order of the input instead of that of processing.",
       {backwards, sequences, steps},
       then(reverse_steps)},
      {"input_one_step_late",
       "Each step sees the input of the step before.",
       {recurrent},
       wrong_run(delay_input)},
      {"output_one_step_late",
       "Each step shows the output of the step before.",
       {sequences},
       then(delay_steps)},
      {"first_step_skipped",
       "The first step is not taken.",
       {recurrent},
       skips([](const Step& step, std::int64_t) { return step.place == 0; })},
      {"last_step_skipped",
       "The last step is not taken.",
       {recurrent},
       skips([](const Step& step, std::int64_t time_steps) { return step.place == time_steps - 1; })},
      {"last_output_repeats",
       "The last output of the last batch row repeats the one before.",
       {sequences, steps},
       then(repeat_last_but_one)},
      {"first_step_returned",
       "Without return_sequences the first output is returned instead of the last.",
       {last_only, steps},
       [](Problem problem, const Weights& weights) {
         const std::int64_t units = as_recurrent(problem)->units;
         std::get<RecurrentSpec>(problem.layer).return_sequences = true;
         return layer_with_run(problem, weights, [units](ReferenceLayer<>& right, const Io& asked) {
           const auto [batch, time_steps, features] = right.problem().shape;
           std::vector<float> all(static_cast<std::size_t>(batch * time_steps * units));
           Io io = asked;
           io.output = sequence_view(all.data(), {batch, time_steps, units}, Layout::time_major);
           right.run(io);
           for (std::int64_t b = 0; b < batch; ++b)
             std::copy_n(io.output.row(b, 0), units, asked.output.row(b, 0));
         });
       }},
  };
}

}  // namespace lockstep
