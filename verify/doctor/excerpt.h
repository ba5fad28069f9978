#pragma once

#include <cstdint>

#include "verify/compare.h"
#include "verify/doctor/reading.h"

/// A quick look at a variant: what it answers to a few samples and steps.
namespace lockstep::doctor {

struct Excerpt {
  std::int64_t first_sample = 0, samples = 1;
  std::int64_t first_step = 0, steps = 1;            // of x
  std::int64_t first_step_of_y = 0, steps_of_y = 1;  // that they decide
  bool is_exact = true;  // else what came before these steps is taken as forgotten
};

/// Where the model as it is differs from y.
struct Focus {
  std::int64_t sample = 0;
  bool all_steps = false;  // a few steps there agree
};
/// As little as says something of the variant.
Excerpt small_excerpt(const Variant&, const Reading&, const Focus&);
/// As few samples as say something, with all of their steps.
Excerpt whole_samples(const Variant&, const Reading&, const Focus&);

/// How far y is from a variant's answer.
struct Distance {
  double rms = 0;
  Element worst;          // the largest error, with the variant's answer as expected; nothing is allowed for
  bool can_agree = true;  // no: further than any tolerance allows that is not of an ill-conditioned answer
};
Distance distance_on(const Excerpt&, const Variant&, const Reading&);

/// Of an excerpt, in multiply-adds, with what it costs to begin.
double work_of(const Excerpt&, const Variant&);
/// As many samples as are worth judging, of all.
std::int64_t samples_within(double work, const Variant&, const Reading&);

}  // namespace lockstep::doctor
