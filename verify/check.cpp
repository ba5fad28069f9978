#include "verify/check.h"

#include <chrono>
#include <exception>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "verify/compare.h"
#include "verify/guarded.h"
#include "verify/judge.h"
#include "verify/tolerance.h"
#include "verify/trust.h"

namespace lockstep {
namespace {

/// The outputs of one run, guarded.
struct GuardedOutputs {
  GuardedOutputs(const Problem& problem, Layout layout)
      : shape(problem, layout),
        output(shape.dims[0] * shape.dims[1] * shape.dims[2]),
        final_h(shape.states),
        final_c(shape.final_c.size()) {}

  Io io(const Problem& problem, const Given& given) const {
    Io views = make_io(problem, given, shape);
    views.output.data = output.data();
    views.final_h.data = final_h.data();
    views.final_c.data = final_c.data();
    return views;
  }
  bool guards_are_whole() const {
    return output.guards_are_whole() && final_h.guards_are_whole() && final_c.guards_are_whole();
  }

  Asked<float> shape;  // for its dims: its own buffers are not used
  GuardedBuffer output, final_h, final_c;
};

bool same_bits(const Io& a, const Io& b) {
  bool same = compare_bits(a.output, b.output).bitwise_equal();
  if (a.final_h) same = same && compare_bits(as_sequence(a.final_h), as_sequence(b.final_h)).bitwise_equal();
  if (a.final_c) same = same && compare_bits(as_sequence(a.final_c), as_sequence(b.final_c)).bitwise_equal();
  return same;
}

}  // namespace

Finding check_layer(const Backend& backend, Layer& layer, const Case& one, const Given& given,
                    const Expected& expected) {
  const auto start = std::chrono::steady_clock::now();
  const Problem& problem = one.problem;
  Finding finding(one, backend.name());
  finding.method = layer.method();
  const GuardedOutputs first(problem, given.layout), second(problem, given.layout);
  const Io io = first.io(problem, given), again = second.io(problem, given);
  const auto judge_part = [&](std::string_view part, const Comparison& found) {
    judge(finding, part, found, tolerance(problem, found.largest_expected));
  };
  layer.run(io);
  layer.run(again);
  judge_part("output", compare(expected.output(problem), io.output));
  if (io.final_h) judge_part("final h", compare(as_sequence(expected.final_h()), as_sequence(io.final_h)));
  if (io.final_c) judge_part("final c", compare(as_sequence(expected.final_c()), as_sequence(io.final_c)));
  if (finding.reason.empty() && !(first.guards_are_whole() && second.guards_are_whole()))
    finding.reason = "wrote outside its outputs";
  if (finding.reason.empty() && !same_bits(io, again)) finding.reason = "two runs on the same input differ";
  if (finding.reason.empty()) {
    finding.reason = distrust(problem, expected.output(problem), io.mask);
    finding.verdict = finding.reason.empty() ? Verdict::pass : Verdict::untrusted;
  }
  finding.milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return finding;
}

Finding check(const Backend& backend, const Case& one, const Expected& expected) {
  Finding finding(one, backend.name());
  try {
    if (const Support support = backend.supports(one.problem); !support) {
      finding.verdict = Verdict::skip;
      finding.reason = support.why();
      return finding;
    }
    const Given given = make_given(one.problem, one.seed, Layout::time_major);
    const auto layer = backend.prepare(one.problem, given.weights);
    finding = check_layer(backend, *layer, one, given, expected);
    if (finding.verdict != Verdict::pass || one.problem.shape.batch == 1 || one.problem.shape.time_steps == 1)
      return finding;
    Finding other =
        check_layer(backend, *layer, one, make_given(one.problem, one.seed, Layout::batch_major), expected);
    other.milliseconds += finding.milliseconds;
    if (other.verdict != Verdict::pass) other.reason = "batch-major: " + other.reason;
    return other.verdict != Verdict::pass || other.share_of_tolerance() > finding.share_of_tolerance()
               ? other
               : finding;
  } catch (const std::exception& error) {
    finding.verdict = Verdict::fail;
    finding.reason = fmt::format("threw: {}", error.what());
    return finding;
  }
}

}  // namespace lockstep
