#include "verify/relations/trial.h"

#include <algorithm>

#include <fmt/format.h>

#include "verify/compare.h"
#include "verify/judge.h"

namespace lockstep {
namespace {

/// What stands in for a companion that the backend refuses.
class NoLayer : public Layer {
 public:
  void run(const Io&) override {}
  std::string method() const override { return "refused"; }
};

/// A sequence times a factor, in double.
struct Scaled {
  template <class Real>
  Scaled(const SequenceView<const Real>& from, double factor)
      : values(from.dims[0] * from.dims[1] * from.dims[2]),
        view(sequence_view<const double>(values.data(), from.dims, Layout::batch_major)) {
    double* next = values.data();
    for (std::int64_t b = 0; b < from.dims[0]; ++b)
      for (std::int64_t t = 0; t < from.dims[1]; ++t)
        for (std::int64_t j = 0; j < from.dims[2]; ++j) *next++ = factor * from(b, t, j);
  }
  Buffer<double> values;
  SequenceView<const double> view;
};

/// The same value everywhere.
SequenceView<const double> everywhere(const double& value, const std::array<std::int64_t, 3>& dims) {
  return {&value, dims, {0, 0, 0}};
}

std::string what_differs(const BitDifference& bits, const Comparison& exact) {
  const std::string text = fmt::format("{} of {} values differ in their bits", bits.different, bits.compared);
  if (exact.over == 0) return text + ", in the signs of zeros";
  const Element& first = exact.first;
  return fmt::format("{}, first at step {}, batch {}, unit {}: {:.9g} and {:.9g}", text, first.place[1],
                     first.place[0], first.place[2], first.expected, first.actual);
}

Result usual_of(const Backend& backend, const Problem& problem, const Given& given) {
  Result result(problem);
  run_on(*backend.prepare(problem, given.weights), problem, given, result);
  return result;
}

}  // namespace

Subject::Subject(const Backend& on, const Case& of, const Expected& expected)
    : backend(on),
      one(of),
      given(make_given(of)),
      allowed(expected.allowed(of.problem)),
      usual(usual_of(on, of.problem, given)) {}

Trial::Trial(const Relation& relation, const Subject& subject) : relation_(relation), subject_(subject) {
  found_.verdict = Verdict::pass;
}

std::unique_ptr<Layer> Trial::prepare(const Problem& companion, const Weights& weights) {
  if (const Support support = subject_.backend.supports(companion); !support) {
    if (refusal_.empty()) refusal_ = fmt::format("of a companion: {}", support.why());
    return std::make_unique<NoLayer>();
  }
  return subject_.backend.prepare(companion, weights);
}

Result Trial::run(const Problem& companion, const Given& data) {
  Result result(companion);
  run_on(*prepare(companion, data.weights), companion, data, result);
  return result;
}

void Trial::compare(std::string_view part, const SequenceView<const float>& a,
                    const SequenceView<const float>& b, const SequenceView<const double>& allowed) {
  static constexpr double none = 0, one = 1;
  const Scaled first(a, 1);
  const BitDifference bits = compare_bits(a, b);
  const Comparison plain = lockstep::compare(first.view, b, everywhere(one, a.dims));
  found_.compared += bits.compared;
  found_.different += bits.different;
  found_.largest_difference = std::max(found_.largest_difference, plain.worst.error);
  if (relation_.how_equal == RelationClass::bitwise && plain.not_finite == 0) {
    if (!bits.bitwise_equal())
      fail(fmt::format("{}: {}", part,
                       what_differs(bits, lockstep::compare(first.view, b, everywhere(none, a.dims)))));
    return;
  }
  const Comparison found = lockstep::compare(first.view, b, Scaled(allowed, 2).view);  // each side may be off
  if (relation_.how_equal == RelationClass::same_math)
    found_.largest_share = std::max(found_.largest_share, found.worst.share());
  if (!found.holds()) fail(fmt::format("{}: {}", part, what_is_wrong(found)));
}

void Trial::compare(std::string_view part, const StateView<const float>& a, const StateView<const float>& b,
                    const StateView<const double>& allowed) {
  compare(part, as_sequence(a), as_sequence(b), as_sequence(allowed));
}

void Trial::compare(const Result& a, const Result& b) {
  compare(a, b, subject_.allowed);
}

void Trial::compare(const Result& a, const Result& b, const Allowed& allowed) {
  compare("output", a.output_view(), b.output_view(), allowed.output());
  if (a.h_view() && b.h_view()) compare("final h", a.h_view(), b.h_view(), allowed.final_h());
  if (a.c_view() && b.c_view()) compare("final c", a.c_view(), b.c_view(), allowed.final_c());
}

void Trial::fail(const std::string& reason) {
  if (found_.verdict == Verdict::fail) return;
  found_.verdict = Verdict::fail;
  found_.reason = reason;
}

RelationFinding Trial::finding() const {
  if (refusal_.empty()) {
    RelationFinding found = found_;
    if (found.verdict == Verdict::pass && found.compared == 0) {
      found.verdict = Verdict::skip;
      found.reason = "there is no element to compare";
    }
    if (found.verdict == Verdict::pass && relation_.how_equal == RelationClass::same_math &&
        subject_.allowed.ill_conditioned()) {
      found.verdict = Verdict::ill_conditioned;
      found.reason = ill_conditioned_reason;
    }
    return found;
  }
  RelationFinding skipped;
  skipped.verdict = Verdict::skip;
  skipped.reason = refusal_;
  return skipped;
}

void run_on(Layer& layer, const Problem& problem, const Given& given, const Result& result) {
  layer.run(make_io(problem, given, result));
  if (!guards_are_whole(result)) throw WroteOutside();
}

}  // namespace lockstep
