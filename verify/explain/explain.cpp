#include "verify/explain/explain.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/problem_text.h"
#include "verify/check.h"
#include "verify/explain/between_steps.h"
#include "verify/mutants/choice.h"

namespace lockstep {
namespace {

Deadline in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

Finding checked(const Backend& backend, const Case& one) {
  return check(backend, one, Expected(one.problem, make_given(one), 1));
}

/// In a small problem much looks alike, in a large one a run takes long: the whole one where it is small,
/// else a part of it, else the smallest that fails.
Case telling_case(const Backend& backend, const Case& whole, const Shrunk& shrunk) {
  constexpr double most = 2e7;  // multiplications in a run
  if (cost_of(whole.problem) <= most) return whole;
  Case part = whole;
  Shape& shape = part.problem.shape;
  shape = {std::min<std::int64_t>(shape.batch, 4), std::min<std::int64_t>(shape.time_steps, 40),
           std::min<std::int64_t>(shape.features, 32)};
  std::visit(
      [](auto& layer) {
        if constexpr (requires { layer.units; }) layer.units = std::min<std::int64_t>(layer.units, 32);
      },
      part.problem.layer);
  return checked(backend, part).verdict == Verdict::fail ? part : shrunk.smallest;
}

/// The reason of the case, with all steps shown where that fails, too.
std::string first_wrong_in(const Backend& backend, Case one, const Finding& finding) {
  auto* layer = std::get_if<RecurrentSpec>(&one.problem.layer);
  const auto told = [](const Finding& found) {
    return found.subject.find("/back:1") == std::string::npos
               ? found.reason
               : found.reason + " (the output is in the order of processing)";
  };
  if (layer == nullptr || layer->return_sequences) return told(finding);
  layer->return_sequences = true;
  if (const Finding found = checked(backend, one); found.verdict == Verdict::fail) return told(found);
  return told(finding);
}

/// Where no result is wrong, or only in one layout; empty elsewhere.
std::string beside_the_steps(const Finding& finding) {
  if (failed_only(finding, {"threw"})) return "It throws";
  if (failed_only(finding, {"guards"})) return "What it computes is right, but it writes outside its outputs";
  if (failed_only(finding, {"repeat"})) return "A run depends on the runs before it, or on chance";
  if (failed_only(finding, {"layout"})) return "It is wrong only where sequences lie batch-major in memory";
  return {};
}

}  // namespace

std::string Explanation::likeness() const {
  std::vector<std::string> names;
  for (const Likeness& one : looks_like)
    names.push_back(fmt::format("{} ({})", one.mutant->what, one.mutant->name));
  return fmt::format("{}", fmt::join(names, " Or: "));
}

Explanation explain(const Backend& backend, const Case& one, const Finding& failing,
                    const Patience& patience) {
  Explanation found;
  found.failing = failing;
  found.shrunk = shrink(backend, one, failing, in(patience.shrinking));
  found.shrunk.finding.module = failing.module;
  found.needs = needs_of(found.shrunk.smallest.problem);
  const Case telling = telling_case(backend, one, found.shrunk);
  found.told_by = to_string(telling.problem);
  found.first_wrong = first_wrong_in(backend, telling, checked(backend, telling));
  found.step = beside_the_steps(found.shrunk.finding);
  if (found.step.empty()) {
    const StepDiagnosis steps = diagnose_steps(backend, telling);
    found.step = to_string(steps);
    if (steps.kind == StepDiagnosis::right) found.step += ": " + wrong_between_steps(backend, found.shrunk);
  }
  found.looks_like = looks_like(backend, telling, in(patience.comparing));
  return found;
}

}  // namespace lockstep
