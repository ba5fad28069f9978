#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/wrong.h"

namespace lockstep {
namespace {

MakeLayer dropped_every(std::int64_t steps, bool h_too) {
  return wrong_step([=](Step& step) {
    if (step.place > 0 && step.place % steps == 0) {
      std::fill(step.c.begin(), step.c.end(), 0.0F);
      if (h_too) std::fill(step.h.begin(), step.h.end(), 0.0F);
    }
    take_right_step(step);
  });
}

/// The final h of a run is the next one's initial h.
MakeLayer remembered() {
  return wrong_run([kept = std::vector<float>()](ReferenceLayer<>& right, Io io) mutable {
    const std::int64_t batch = right.problem().shape.batch, units = io.output.dims[2];
    kept.resize(static_cast<std::size_t>(batch * units));
    io.initial_h = state_view<const float>(kept.data(), batch, units);
    const StateView<float> asked = io.final_h;
    io.final_h = state_view(kept.data(), batch, units);
    right.run(io);
    for (std::int64_t b = 0; asked && b < batch; ++b) std::copy_n(io.final_h.row(b), units, asked.row(b));
  });
}

/// A row starts where the row before ended.
MakeLayer leaked() {
  return wrong_step([before = std::vector<float>()](Step& step) mutable {
    if (step.row > 0 && step.place == 0) std::copy(before.begin(), before.end(), step.h.begin());
    take_right_step(step);
    before.assign(step.h.begin(), step.h.end());
  });
}

/// Each unit of h is stored before the next one is computed, which sees it.
void update_in_place(Step& step) {
  if (!step.counts) return;
  const std::vector<float> c(step.c.begin(), step.c.end());
  std::vector<float> next_c(c);
  for (std::size_t j = 0; j < step.h.size(); ++j) {
    std::vector<float> h(step.h.begin(), step.h.end());
    std::copy(c.begin(), c.end(), step.c.begin());
    step.cell->advance(step.x, h, step.c);
    step.h[j] = h[j];
    next_c[j] = step.c[j];
  }
  std::copy(next_c.begin(), next_c.end(), step.c.begin());
}

void swap_states(ReferenceLayer<>& right, const Io& asked) {
  Io io = asked;
  std::swap(io.final_h, io.final_c);
  right.run(io);
}

/// The final h, or c, of the last row is that of the step before.
MakeLayer late_state(bool of_c) {
  struct Kept {
    std::vector<float> h, c;
  };
  return [of_c](const Problem& problem, const Weights& weights) {
    const auto kept = std::make_shared<Kept>();
    auto stepping = layer_by_steps(problem, weights, [kept, problem](Step& step) {
      if (step.row == problem.shape.batch - 1 && step.place == problem.shape.time_steps - 1)
        *kept = {{step.h.begin(), step.h.end()}, {step.c.begin(), step.c.end()}};
      take_right_step(step);
    });
    return layer_with_run(problem, weights,
                          [kept, of_c, layer = std::shared_ptr<Layer>(std::move(stepping))](
                              ReferenceLayer<>& right, const Io& io) {
                            layer->run(io);
                            const std::int64_t last = right.problem().shape.batch - 1;
                            const auto& from = of_c ? kept->c : kept->h;
                            std::copy(from.begin(), from.end(), (of_c ? io.final_c : io.final_h).row(last));
                          });
  };
}

}  // namespace

std::vector<Mutant> state_mutants() {
  using namespace needs;
  return {
      {"initial_h_ignored",
       "The initial h is taken for zero.",
       {initial_state},
       wrong_io([](const Problem&, Io& io) { io.initial_h = {}; })},
      {"initial_c_ignored",
       "The initial c is taken for zero.",
       {lstm, initial_state},
       wrong_io([](const Problem&, Io& io) { io.initial_c = {}; })},
      {"initial_h_c_swapped",
       "Initial h and c are taken for each other.",
       {lstm, initial_state},
       wrong_io([](const Problem&, Io& io) { std::swap(io.initial_h, io.initial_c); })},
      {"initial_state_of_first_row",
       "Every batch row starts from the state of the first.",
       {initial_state, rows},
       wrong_io([](const Problem&, Io& io) { io.initial_h.strides[0] = io.initial_c.strides[0] = 0; })},
      {"initial_state_of_next_row",
       "Every batch row starts from the state of the next, the last from that of the first.",
       {initial_state, rows},
       wrong_run([](ReferenceLayer<>& right, const Io& asked) {
         const auto [batch, units] = asked.initial_h.dims;
         const auto rotated = [&, batch = batch, units = units](const StateView<const float>& from) {
           std::vector<float> to;
           for (std::int64_t b = 0; from && b < batch; ++b)
             to.insert(to.end(), from.row((b + 1) % batch), from.row((b + 1) % batch) + units);
           return to;
         };
         const std::vector<float> h = rotated(asked.initial_h), c = rotated(asked.initial_c);
         Io io = asked;
         io.initial_h = state_view(h.data(), batch, units);
         if (io.initial_c) io.initial_c = state_view(c.data(), batch, units);
         right.run(io);
       })},
      {"state_leaks_to_next_call",
       "A run starts from the state in which the last one ended.",
       {recurrent},
       remembered()},
      {"state_leaks_to_next_row",
       "A batch row starts from the state in which the row before ended.",
       {recurrent, rows},
       leaked()},
      {"state_updated_in_place",
       "A unit of h is stored before the others have read it.",
       {recurrence, units},
       wrong_step(update_in_place)},
      {"final_h_of_step_before",
       "The final h of the last batch row is that of the step before.",
       {final_state},
       late_state(false)},
      {"final_c_of_step_before",
       "The final c of the last batch row is that of the step before.",
       {lstm, final_state},
       late_state(true)},
      {"final_h_c_swapped",
       "Final h and c are returned in each other's place.",
       {lstm, final_state},
       wrong_run(swap_states)},
      {"final_h_not_written",
       "The final h is not written.",
       {final_state},
       wrong_io([](const Problem&, Io& io) { io.final_h = {}; })},
      {"state_dropped_at_32",
       "The state is dropped every 32 steps, as by a new chunk.",
       {recurrent, past_32},
       dropped_every(32, true)},
      {"state_dropped_at_64",
       "The state is dropped every 64 steps, as by a new chunk.",
       {recurrent, past_64},
       dropped_every(64, true)},
      {"state_dropped_at_128",
       "The state is dropped every 128 steps, as by a new chunk.",
       {recurrent, past_128},
       dropped_every(128, true)},
      {"lstm_c_dropped_at_32",
       "c alone is dropped every 32 steps, as by a new chunk.",
       {lstm, past_32},
       dropped_every(32, false)},
  };
}

}  // namespace lockstep
