#include "verify/explain/observed.h"

#include <cmath>

#include "cases/data.h"
#include "verify/compare.h"
#include "verify/guarded.h"
#include "verify/oracle.h"

namespace lockstep {
namespace {

bool has_two_layouts(const Problem& problem) {
  return problem.shape.batch > 1 && problem.shape.time_steps > 1;
}

template <class Real, class Value>
void append(const SequenceView<const Real>& from, std::vector<Value>& to) {
  if (!from) return;
  for (std::int64_t b = 0; b < from.dims[0]; ++b)
    for (std::int64_t t = 0; t < from.dims[1]; ++t)
      for (std::int64_t j = 0; j < from.dims[2]; ++j) to.push_back(from(b, t, j));
}

void append_run(Layer& layer, const Problem& problem, const Given& given, std::vector<float>& to) {
  const GuardedOutputs outputs(problem, given.layout);
  const Io io = make_io(problem, given, outputs);
  layer.run(io);
  append<float>(io.output, to);
  append(as_sequence(StateView<const float>(io.final_h)), to);
  append(as_sequence(StateView<const float>(io.final_c)), to);
}

}  // namespace

bool agree(double a, double b, double allowed) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::abs(a - b) <= allowed;
}

std::vector<float> observe(const Backend& backend, const Case& one) {
  std::vector<float> values;
  const Given given = make_given(one, Layout::time_major);
  const auto layer = backend.prepare(one.problem, given.weights);
  for (int run = 0; run < 2; ++run) append_run(*layer, one.problem, given, values);
  if (has_two_layouts(one.problem))
    append_run(*layer, one.problem, make_given(one, Layout::batch_major), values);
  return values;
}

Truth::Truth(const Case& one) {
  const Expected expected(one.problem, make_given(one), 1);
  const Allowed excused = expected.allowed(one.problem);
  const bool has_states = one.problem.extras.final_state;
  const bool has_c = has_states && as_recurrent(one.problem)->cell == Cell::lstm;
  for (int run = 0; run < (has_two_layouts(one.problem) ? 3 : 2); ++run) {
    append(expected.output(one.problem), values);
    append(excused.output(), allowed);
    if (has_states) {
      append(as_sequence(expected.final_h()), values);
      append(as_sequence(excused.final_h()), allowed);
    }
    if (has_c) {
      append(as_sequence(expected.final_c()), values);
      append(as_sequence(excused.final_c()), allowed);
    }
  }
}

}  // namespace lockstep
