#include "verify/explain/between_steps.h"

#include <algorithm>
#include <exception>

#include "verify/explain/observed.h"

namespace lockstep {
namespace {

/// What goes wrong from one step to the next, as the outputs of all steps show it.
std::string wrong_in_sequence(const Backend& backend, Case one) {
  auto& layer = std::get<RecurrentSpec>(one.problem.layer);
  layer.return_sequences = true;
  const std::string carried = "what is carried from step to step is wrong";
  if (!backend.supports(one.problem)) return carried;
  const Shape& shape = one.problem.shape;
  const Truth truth(one);
  const std::vector<float> seen = observe(backend, one);
  bool first = false, any = false;
  for (std::int64_t i = 0; i < shape.batch * shape.time_steps * layer.units; ++i)
    if (const auto at = static_cast<std::size_t>(i); !truth.holds(at, seen[at])) {
      any = true;
      first = first || i / layer.units % shape.time_steps == 0;
    }
  if (!any) return "which step is returned is wrong";
  if (first) return "the order of several steps, or where they start, is wrong";
  return carried;
}

}  // namespace

std::string wrong_between_steps(const Backend& backend, const Shrunk& shrunk) {
  const Finding& finding = shrunk.finding;
  const Problem& problem = shrunk.smallest.problem;
  if (std::find(finding.failed.begin(), finding.failed.end(), "step") != finding.failed.end())
    return "wrong only from states that this run comes to";
  if (problem.extras.mask != MaskPattern::none) return "wrong only where a mask excludes steps";
  if (as_recurrent(problem)->go_backwards) return "wrong only with go_backwards";
  if (failed_only(finding, {"final h", "final c"})) return "what is returned as the final state is wrong";
  if (as_recurrent(problem)->return_sequences) return "wrong only with return_sequences";
  if (problem.exec.threads > 1) return "wrong only with several threads";
  if (problem.shape.time_steps == 1) return "wrong only in the smallest problem as it stands";
  try {
    return wrong_in_sequence(backend, shrunk.smallest);
  } catch (const std::exception&) {
    return "wrong only in several steps";
  }
}

}  // namespace lockstep
