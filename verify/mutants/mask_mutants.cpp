#include <algorithm>
#include <vector>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/wrong.h"

namespace lockstep {
namespace {

/// The step at (b, t) counts where `counts` says so.
MakeLayer wrong_mask(bool (*counts)(const MaskView&, std::int64_t b, std::int64_t t)) {
  return wrong_run([counts](ReferenceLayer<>& right, const Io& asked) {
    const auto [batch, time_steps] = asked.mask.dims;
    std::vector<std::uint8_t> mask;
    for (std::int64_t b = 0; b < batch; ++b)
      for (std::int64_t t = 0; t < time_steps; ++t) mask.push_back(counts(asked.mask, b, t) ? 1 : 0);
    Io io = asked;
    io.mask = mask_view(mask.data(), batch, time_steps);
    right.run(io);
  });
}

void flip_zero_output(Problem& problem) {
  auto& layer = std::get<RecurrentSpec>(problem.layer);
  layer.zero_output_for_mask = !layer.zero_output_for_mask;
}

void clear_where_masked(Step& step) {
  if (step.counts) return step.advance();
  std::fill(step.h.begin(), step.h.end(), 0.0F);
  std::fill(step.c.begin(), step.c.end(), 0.0F);
}

void advance_c_where_masked(Step& step) {
  std::vector<float> h(step.h.begin(), step.h.end());
  step.cell->advance(step.x, step.counts ? step.h : h, step.c);
}

}  // namespace

std::vector<Mutant> mask_mutants() {
  using namespace needs;
  return {
      {"mask_ignored", "Masked steps count.", {mask}, wrong_io([](const Problem&, Io& io) { io.mask = {}; })},
      {"mask_inverted",
       "Masked steps count, and no others.",
       {mask},
       wrong_mask([](const MaskView& given, std::int64_t b, std::int64_t t) { return given(b, t) == 0; })},
      {"mask_of_first_row",
       "Every batch row has the mask of the first.",
       {mask, rows},
       wrong_mask([](const MaskView& given, std::int64_t, std::int64_t t) { return given(0, t) != 0; })},
      {"mask_of_next_row",
       "Every batch row has the mask of the next.",
       {mask, rows},
       wrong_mask([](const MaskView& given, std::int64_t b, std::int64_t t) {
         return given((b + 1) % given.dims[0], t) != 0;
       })},
      {"mask_one_step_late",
       "Each step has the mask of the step before.",
       {mask, steps},
       wrong_mask([](const MaskView& given, std::int64_t b, std::int64_t t) {
         return given(b, std::max<std::int64_t>(t - 1, 0)) != 0;
       })},
      {"mask_one_step_early",
       "Each step has the mask of the step after.",
       {mask, steps},
       wrong_mask([](const MaskView& given, std::int64_t b, std::int64_t t) {
         return given(b, std::min(t + 1, given.dims[1] - 1)) != 0;
       })},
      {"mask_forwards",
       "With go_backwards the mask is still read forwards.",
       {mask, backwards, steps},
       wrong_mask([](const MaskView& given, std::int64_t b, std::int64_t t) {
         return given(b, given.dims[1] - 1 - t) != 0;
       })},
      {"masked_step_clears_state",
       "A masked step sets the state to zero instead of keeping it.",
       {mask, steps},
       wrong_step(clear_where_masked)},
      {"masked_step_advances_c",
       "A masked step keeps h, but not c.",
       {lstm, mask, steps},
       wrong_step(advance_c_where_masked)},
      {"masked_output_zero",
       "A masked step shows zeros instead of the output before.",
       {mask, masked_repeats},
       wrong_problem(flip_zero_output)},
      {"zero_output_for_mask_ignored",
       "A masked step shows the output before instead of zeros.",
       {mask, masked_zeros},
       wrong_problem(flip_zero_output)},
  };
}

}  // namespace lockstep
