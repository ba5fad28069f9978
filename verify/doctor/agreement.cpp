#include "verify/doctor/agreement.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cases/model_given.h"
#include "verify/model_oracle.h"

namespace lockstep::doctor {
namespace {

/// The steps of an output that y shows.
template <class Real>
SequenceView<Real> shown_steps(SequenceView<Real> view, Shown shown) {
  if (shown == Shown::all_steps) return view;
  if (shown == Shown::last_step) view.data += (view.dims[1] - 1) * view.strides[1];
  view.dims[1] = 1;
  return view;
}

ModelGiven given_to(const Reading& reading) {
  ModelGiven given;
  for (const SharedArray& array : reading.inputs)
    given.inputs.push_back(std::move(given_inputs({array.get(), 1}).inputs.front()));
  return given;
}

void merge(Comparison& all, Comparison part, std::int64_t first_sample) {
  part.worst.place[0] += first_sample;
  part.first.place[0] += first_sample;
  if (all.compared == 0 || part.worst.share() > all.worst.share()) all.worst = part.worst;
  if (part.over > 0 && (all.over == 0 || part.first.place[1] < all.first.place[1])) all.first = part.first;
  all.compared += part.compared;
  all.over += part.over;
  all.not_finite += part.not_finite;
}

}  // namespace

Agreement agreement(const Variant& variant, const Reading& reading, std::int64_t batch,
                    std::int64_t samples) {
  const bool depend =
      std::any_of(variant.runs.begin(), variant.runs.end(), [](const LayerRun& run) { return run.carries; });
  const ModelGiven given = given_to(reading);
  const auto runs = [&](const BasicModelIo<double>& io, std::optional<int> noisy_run) {
    run_variant(variant, io, noisy_run);
  };
  const SequenceView<const float> y =
      sequence_view(reading.y->values.data(), {reading.y->dims[0], reading.y->dims[1], reading.y->dims[2]},
                    Layout::batch_major);
  Agreement all;
  const std::int64_t size = depend ? samples : batch;
  for (std::int64_t begin = 0; begin < samples; begin += size) {
    const Batch some{begin, std::min(size, samples - begin)};
    const ModelAnswer answer = answer_of(variant.model, runs, given, some, Samples::unlike);
    const SequenceView<const double> expected =
        shown_steps<const double>(answer.expected.views()[reading.output], reading.shown);
    const SequenceView<const float> actual{y.row(begin, 0), {some.size, y.dims[1], y.dims[2]}, y.strides};
    merge(all.found,
          compare(expected, actual, shown_steps(answer.allowed_view(reading.output), reading.shown)), begin);
    all.ill_conditioned = all.ill_conditioned || answer.ill_conditioned;
    all.samples += some.size;
    if (!all.holds()) break;
  }
  return all;
}

}  // namespace lockstep::doctor
