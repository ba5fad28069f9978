#include "verify/check.h"

#include <chrono>
#include <exception>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "verify/compare.h"
#include "verify/gradients/check.h"
#include "verify/guarded.h"
#include "verify/judge.h"
#include "verify/trust.h"

namespace lockstep {
namespace {

bool same_bits(const Io& a, const Io& b) {
  bool same = compare_bits(a.output, b.output).bitwise_equal();
  if (a.final_h) same = same && compare_bits(as_sequence(a.final_h), as_sequence(b.final_h)).bitwise_equal();
  if (a.final_c) same = same && compare_bits(as_sequence(a.final_c), as_sequence(b.final_c)).bitwise_equal();
  return same;
}

/// Why no float layer could give all that is expected; empty where one can.
std::string beyond_float(const Expected& expected, const Problem& problem) {
  std::string why = beyond_float(expected.output(problem));
  if (!problem.extras.final_state) return why;
  if (why.empty()) why = beyond_float(as_sequence(expected.final_h()));
  if (why.empty() && expected.final_c()) why = beyond_float(as_sequence(expected.final_c()));
  return why;
}

/// Passes what no check found wrong, if that says anything.
void conclude(Finding& finding, const Problem& problem, const Expected& expected, const Allowed& allowed,
              const MaskView& mask) {
  if (!finding.failed.empty()) return;
  finding.verdict = Verdict::untrusted;
  finding.reason = distrust(problem, expected.output(problem), mask);
  if (!finding.reason.empty()) return;
  finding.verdict = allowed.ill_conditioned() ? Verdict::ill_conditioned : Verdict::pass;
  if (allowed.ill_conditioned()) finding.reason = ill_conditioned_reason;
}

std::unique_ptr<Layer> prepare(const Backend& backend, const Problem& problem, const Weights& weights) {
  if (problem.exec.pass == Pass::training) return backend.prepare_training(problem, weights);
  return backend.prepare(problem, weights);
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// Each step alone, by a layer of its own.
void check_steps(Finding& finding, const Backend& backend, const SingleSteps& steps) {
  const Support support = backend.supports(steps.problem);
  if (!support) {
    finding.method += fmt::format("; no single steps: {}", support.why());
    return;
  }
  const auto layer = backend.prepare(steps.problem, steps.given.weights);
  const GuardedOutputs outputs(steps.problem, steps.given.layout);
  const Io io = make_io(steps.problem, steps.given, outputs);
  layer->run(io);
  const auto judge_state = [&](std::string_view name, const Comparison& found) {
    finding.step_share = std::max(finding.step_share, found.worst.share());
    if (!found.holds())
      fail(finding, "step", fmt::format("single steps, {}: {}", name, what_is_wrong(found)));
  };
  judge_state("h", steps.compare_h(io.final_h));
  if (io.final_c) judge_state("c", steps.compare_c(io.final_c));
  if (!guards_are_whole(outputs)) fail(finding, "guards", "single steps: wrote outside its outputs");
}

/// What the other layout found, too; where both are wrong it is not the layout.
void add_other_layout(Finding& finding, Finding other) {
  finding.milliseconds += other.milliseconds;
  if (other.share_of_tolerance() > finding.share_of_tolerance()) {
    finding.largest_error = other.largest_error;
    finding.tolerance = other.tolerance;
  }
  if (!other.failed.empty()) {
    if (finding.failed.empty()) fail(finding, "layout", "batch-major: " + other.reason);
  } else if (finding.verdict == Verdict::pass) {
    finding.verdict = other.verdict;
    finding.reason = other.reason;
  }
}

}  // namespace

Finding check_layer(const Backend& backend, Layer& layer, const Case& one, const Given& given,
                    const Expected& expected) {
  const auto start = std::chrono::steady_clock::now();
  const Problem& problem = one.problem;
  Finding finding(one, backend.name());
  finding.method = layer.method();
  const GuardedOutputs first(problem, given.layout), second(problem, given.layout);
  const Io io = make_io(problem, given, first), again = make_io(problem, given, second);
  const Allowed allowed = expected.allowed(problem);
  if (finding.reason = beyond_float(expected, problem); !finding.reason.empty()) {
    finding.verdict = Verdict::untrusted;
    return finding;
  }
  layer.run(io);
  layer.run(again);
  judge(finding, "output", compare(expected.output(problem), io.output, allowed.output()));
  const auto judge_state = [&](std::string_view part, const auto& state, const auto& actual,
                               const auto& excused) {
    if (actual) judge(finding, part, compare(as_sequence(state), as_sequence(actual), as_sequence(excused)));
  };
  judge_state("final h", expected.final_h(), io.final_h, allowed.final_h());
  judge_state("final c", expected.final_c(), io.final_c, allowed.final_c());
  if (!guards_are_whole(first) || !guards_are_whole(second))
    fail(finding, "guards", "wrote outside its outputs");
  if (!same_bits(io, again)) fail(finding, "repeat", "two runs on the same input differ");
  conclude(finding, problem, expected, allowed, io.mask);
  finding.milliseconds = milliseconds_since(start);
  return finding;
}

Beside beside_results(const Case& one) {
  Beside beside;
  if (one.problem.exec.pass == Pass::training)
    beside.gradients = std::make_unique<const ExpectedGradients>(one.problem, make_given(one),
                                                                 make_gradients(one.problem, one.seed));
  else if (as_recurrent(one.problem) != nullptr)
    beside.steps = std::make_unique<const SingleSteps>(one.problem, make_given(one));
  return beside;
}

Finding check(const Backend& backend, const Case& one, const Expected& expected) {
  return check(backend, one, expected, beside_results(one));
}

Finding check(const Backend& backend, const Case& one, const Expected& expected, const Beside& beside) {
  Finding finding(one, backend.name());
  try {
    if (const Support support = backend.supports(one.problem); !support) {
      finding.verdict = Verdict::skip;
      finding.reason = support.why();
      return finding;
    }
    const Given given = make_given(one, Layout::time_major);
    // Of other weights, first: a backend that keeps them by the problem's shape answers for these.
    const auto other = prepare(backend, one.problem,
                               make_weights(one.problem.layer, one.problem.shape.features, one.seed + 1));
    const auto layer = prepare(backend, one.problem, given.weights);
    finding = check_layer(backend, *layer, one, given, expected);
    if (!beyond_float(expected, one.problem).empty()) return finding;
    if (one.problem.shape.batch > 1 && one.problem.shape.time_steps > 1)
      add_other_layout(finding,
                       check_layer(backend, *layer, one, make_given(one, Layout::batch_major), expected));
    const auto start = std::chrono::steady_clock::now();
    if (beside.steps != nullptr && beside.steps->problem.shape.batch > 0)
      check_steps(finding, backend, *beside.steps);
    if (beside.gradients != nullptr) check_gradients(finding, backend, one, *beside.gradients);
    finding.milliseconds += milliseconds_since(start);
  } catch (const std::exception& error) {
    fail(finding, "threw", fmt::format("threw: {}", error.what()));
  }
  return finding;
}

}  // namespace lockstep
