#include <algorithm>

#include "verify/relations/arranged.h"
#include "verify/relations/families.h"
#include "verify/relations/trial.h"

namespace lockstep {
namespace {

bool has_rows(const Problem& problem) {
  return problem.shape.batch > 1;
}

/// Every row moves, and the first leaves its place at the front.
void permuted_rows(Trial& trial) {
  const auto [batch, time_steps, features] = trial.problem().shape;
  auto rows = all_of(batch);
  std::rotate(rows.begin(), rows.begin() + 1, rows.end());
  const Result moved = trial.run(trial.problem(), arranged(trial.given(), rows, all_of(time_steps)));
  const Result back(trial.problem());
  std::int64_t from = 0;
  for (const std::int64_t to : rows) {
    copy_sequence(row_of(moved.output_view(), from), row_of(back.output_view(), to));
    if (moved.h_view()) copy_state(row_of(moved.h_view(), from), row_of(back.h_view(), to));
    if (moved.c_view()) copy_state(row_of(moved.c_view(), from), row_of(back.c_view(), to));
    ++from;
  }
  trial.compare(trial.usual(), back);
}

void row_by_row(Trial& trial) {
  const auto [batch, time_steps, features] = trial.problem().shape;
  const Problem single = sized(trial.problem(), {1, time_steps, features});
  const auto layer = trial.prepare(single, trial.given().weights);
  const Result together(trial.problem());
  for (std::int64_t b = 0; b < batch; ++b) {
    const Result row(single);
    run_on(*layer, single, arranged(trial.given(), {b}, all_of(time_steps)), row);
    copy_sequence(row.output_view(), row_of(together.output_view(), b));
    if (row.h_view()) copy_state(row.h_view(), row_of(together.h_view(), b));
    if (row.c_view()) copy_state(row.c_view(), row_of(together.c_view(), b));
  }
  trial.compare(trial.usual(), together);
}

void other_threads(Trial& trial) {
  Problem other = trial.problem();
  other.exec.threads = other.exec.threads == 1 ? 2 : 1;
  trial.compare(trial.usual(), trial.run(other, trial.given()));
}

void other_layout(Trial& trial) {
  const auto layer = trial.prepare(trial.problem(), trial.given().weights);
  const auto [batch, time_steps, features] = trial.problem().shape;
  const Given batch_major = arranged(trial.given(), all_of(batch), all_of(time_steps), Layout::batch_major);
  for (const Given* given : {&trial.given(), &batch_major})
    for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
      Result result(trial.problem());
      result.layout = layout;
      run_on(*layer, trial.problem(), *given, result);
      trial.compare(trial.usual(), result);
    }
}

void other_style(Trial& trial) {
  Problem other = trial.problem();
  auto& dense = std::get<DenseSpec>(other.layer);
  dense.style = dense.style == DenseStyle::flattened ? DenseStyle::time_distributed : DenseStyle::flattened;
  trial.compare(trial.usual(), trial.run(other, trial.given()));
}

}  // namespace

std::vector<Relation> batch_relations() {
  using enum RelationClass;
  return {
      {"batch permutation", "rows in another order give their outputs in that order", same_math, has_rows,
       permuted_rows},
      {"row by row", "a batch is as many runs of one row", same_math, has_rows, row_by_row},
      {"threads", "one thread and two compute the same", same_math, [](const Problem&) { return true; },
       other_threads},
      {"layouts", "time-major and batch-major sequences give the same", same_math,
       [](const Problem& p) { return p.shape.batch > 1 && p.shape.time_steps > 1; }, other_layout},
      {"dense styles", "Dense on a sequence is TimeDistributed(Dense)", same_math,
       [](const Problem& p) { return as_dense(p) != nullptr; }, other_style},
  };
}

}  // namespace lockstep
