#include <algorithm>
#include <limits>

#include "verify/relations/arranged.h"
#include "verify/relations/families.h"
#include "verify/relations/trial.h"

namespace lockstep {
namespace {

/// The pattern whose masked steps come last, or first, in the order of processing.
MaskPattern pattern_of(const Problem& problem, bool masked_last) {
  const bool backwards = is_recurrent(problem) && as_recurrent(problem)->go_backwards;
  return masked_last != backwards ? MaskPattern::right : MaskPattern::left;
}

void all_count(Trial& trial) {
  Problem masked = trial.problem();
  masked.extras.mask = MaskPattern::holes;
  Given given = copy_of(trial.given());
  given.mask.assign(static_cast<std::size_t>(given.shape.batch * given.shape.time_steps), 1);
  trial.compare(trial.usual(), trial.run(masked, given));
}

void poisoned_padding(Trial& trial) {
  const Given poison = copy_of(trial.given());
  const auto [batch, time_steps, features] = poison.shape;
  const auto input = sequence_view(poison.input.data(), {batch, time_steps, features}, poison.layout);
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps; ++t)
      if (poison.mask[static_cast<std::size_t>(b * time_steps + t)] == 0)
        std::fill_n(input.row(b, t), features, std::numeric_limits<float>::quiet_NaN());
  trial.compare(trial.usual(), trial.run(trial.problem(), poison));
}

/// What a masked run shows of a row whose steps [begin, end) alone count, in the order of processing, from
/// a run on these.
void show_padded(const Problem& problem, const Result& alone, std::int64_t begin, std::int64_t end,
                 const SequenceView<float>& to) {
  const RecurrentSpec& layer = *as_recurrent(problem);
  const auto from = alone.output_view();
  for (std::int64_t step = 0; step < problem.shape.time_steps; ++step) {
    float* shown = to.row(0, layer.return_sequences ? step : 0);
    if (step < begin || (step >= end && layer.zero_output_for_mask))
      std::fill_n(shown, layer.units, 0.0F);
    else
      std::copy_n(from.row(0, layer.return_sequences ? std::min(step, end - 1) - begin : 0), layer.units,
                  shown);
  }
}

/// Each row, whose counting steps are together, against an unmasked run on them alone.
void padding_left_out(Trial& trial) {
  const Problem& problem = trial.problem();
  const auto [batch, time_steps, features] = problem.shape;
  const Result whole(problem);
  for (std::int64_t b = 0; b < batch; ++b) {
    std::int64_t begin = 0, end = time_steps;
    while (begin < end && !counts(problem, trial.given(), b, begin)) ++begin;
    while (end > begin && !counts(problem, trial.given(), b, end - 1)) --end;
    if (begin == end) return;  // nothing of the row counts: no run to compare with
    Problem alone = sized(problem, {1, end - begin, features});
    alone.extras.mask = MaskPattern::none;
    Given given = arranged(trial.given(), {b}, steps_at(problem, begin, end));
    given.mask.clear();
    const Result row = trial.run(alone, given);
    show_padded(problem, row, begin, end, row_of(whole.output_view(), b));
    if (row.h_view()) copy_state(row.h_view(), row_of(whole.h_view(), b));
    if (row.c_view()) copy_state(row.c_view(), row_of(whole.c_view(), b));
  }
  trial.compare(trial.usual(), whole);
}

}  // namespace

std::vector<Relation> mask_relations() {
  using enum RelationClass;
  return {
      {"all steps count", "a mask that excludes nothing is no mask", same_math,
       [](const Problem& p) { return is_recurrent(p) && !is_masked(p); }, all_count},
      {"masked tail", "a row that is masked at its end of processing is a shorter run", same_math,
       [](const Problem& p) { return p.extras.mask == pattern_of(p, true); }, padding_left_out},
      {"masked start", "a row that is masked at its start of processing is a run that starts later",
       same_math, [](const Problem& p) { return p.extras.mask == pattern_of(p, false); }, padding_left_out},
      {"poisoned padding", "NaN at masked steps reaches neither outputs nor states", bitwise, is_masked,
       poisoned_padding},
  };
}

}  // namespace lockstep
