#include "verify/gradients/check.h"

#include <algorithm>
#include <bit>
#include <limits>

#include <fmt/format.h>

#include "verify/compare.h"
#include "verify/guarded.h"
#include "verify/judge.h"

namespace lockstep {
namespace {

using Asked = AskedGradients<GuardedBuffer>;

void fill_with_nan(Weights& weights) {
  for (std::vector<float>* values : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
    std::fill(values->begin(), values->end(), std::numeric_limits<float>::quiet_NaN());
}

/// One forward run, and `times` backward passes of it.
class Passes {
 public:
  Passes(TrainableLayer& layer, const Case& one, Layout layout, int times)
      : given_(make_given(one, layout)),
        gradients_(make_gradients(one.problem, one.seed, layout)),
        outputs_(one.problem, layout) {
    const Io io = make_io(one.problem, given_, outputs_);
    layer.run(io);
    for (int i = 0; i < times; ++i) {
      Asked& asked = asked_.emplace_back(one.problem, layout);
      fill_with_nan(asked.weights);
      layer.backward(io, asked.views(gradients_.output_view(), gradients_.h_view(), gradients_.c_view()));
    }
  }
  std::vector<GradientView<float>> parts(std::size_t i = 0) { return asked_[i].parts(); }
  bool guards_are_whole() const {
    return lockstep::guards_are_whole(outputs_) &&
           std::all_of(asked_.begin(), asked_.end(), [](const Asked& asked) {
             return asked.input.guards_are_whole() && asked.initial_h.guards_are_whole() &&
                    asked.initial_c.guards_are_whole();
           });
  }

 private:
  Given given_;
  GivenGradients gradients_;
  GuardedOutputs outputs_;
  std::vector<Asked> asked_;
};

bool same_bits(const std::vector<GradientView<float>>& a, const std::vector<GradientView<float>>& b) {
  for (std::size_t k = 0; k < a.size(); ++k)
    if (!compare_bits(a[k].values, b[k].values).bitwise_equal()) return false;
  return true;
}

void judge_gradients(Finding& finding, std::string_view check, std::string_view how,
                     const ExpectedGradients& expected, const std::vector<GradientView<float>>& parts) {
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const auto& part = expected.parts()[k];
    judge(finding, check, fmt::format("{}gradient of {}", how, parts[k].name),
          compare(part.expected.values, parts[k].values, part.allowed),
          parts[k].is_weight ? weight_axes : sequence_axes);
  }
}

}  // namespace

void check_gradients(Finding& finding, const Backend& backend, const Case& one,
                     const ExpectedGradients& expected) {
  const Weights weights = make_given(one).weights;
  const auto layer = backend.prepare_training(one.problem, weights);
  Passes passes(*layer, one, Layout::time_major, 2);
  judge_gradients(finding, "gradients", "", expected, passes.parts());
  bool guards = passes.guards_are_whole();
  if (!same_bits(passes.parts(0), passes.parts(1)))
    fail(finding, "repeat", "two backward passes of one run differ");

  if (one.problem.shape.batch > 1 && one.problem.shape.time_steps > 1) {
    Passes other(*layer, one, Layout::batch_major, 1);
    const bool whole = finding.failed.empty();
    judge_gradients(finding, whole ? "layout" : "gradients", "batch-major: ", expected, other.parts());
    guards = guards && other.guards_are_whole();
  }

  Weights others = make_weights(one.problem.layer, one.problem.shape.features, one.seed + 1);
  const auto updated = backend.prepare_training(one.problem, others);
  Passes before(*updated, one, Layout::time_major, 1);
  updated->update(weights);
  Passes after(*updated, one, Layout::time_major, 1);
  if (!same_bits(passes.parts(), after.parts()))
    fail(finding, "update",
         "after an update of the weights it computes otherwise than with them from the start");
  if (!guards || !after.guards_are_whole()) fail(finding, "guards", "backward: wrote outside its gradients");
  if (!finding.failed.empty() || finding.verdict != Verdict::pass) return;
  if (!expected.distrust().empty()) {
    finding.verdict = Verdict::untrusted;
    finding.reason = expected.distrust();
  } else if (expected.ill_conditioned()) {
    finding.verdict = Verdict::ill_conditioned;
    finding.reason = ill_conditioned_gradient_reason;
  }
}

}  // namespace lockstep
