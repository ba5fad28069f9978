#pragma once

#include "verify/compare.h"
#include "verify/doctor/excerpt.h"
#include "verify/doctor/reading.h"

namespace lockstep::doctor {

/// How far y is from what a variant answers, which is what the comparison has as expected.
struct Agreement {
  Comparison found;
  std::int64_t samples = 0;      // that were judged
  bool ill_conditioned = false;  // so that agreement would say nothing
  bool holds() const { return found.holds() && !ill_conditioned; }
};

/// As lockstep run --check judges a backend: the first `samples`, in batches of `batch` where they do not
/// depend on each other, up to the first batch that differs.
Agreement agreement(const Variant&, const Reading&, std::int64_t batch, std::int64_t samples);

}  // namespace lockstep::doctor
