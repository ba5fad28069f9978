#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/fit.h"
#include "bench/measurement.h"

namespace lockstep {

/// The timed rows that differ in time_steps alone, by rising time_steps: one line of a chart.
struct Curve {
  Labels labels;  // time_steps is the longest
  std::vector<const Measurement*> points;

  const Measurement* at(std::int64_t time_steps) const;  // null where there is none
  std::optional<LineFit> fit() const;                    // of the medians, in seconds
};

/// The curves that differ in backend alone, in the order of the results: one chart.
struct CurveFamily {
  std::string title;  // "lstm, B 32, F 64, U 64"
  std::vector<Curve> curves;

  const Curve* of(const std::string& backend) const;
};

/// "lstm reset_after:0, B 32, F 64, U 64": all labels but what, time_steps and backend.
std::string title_of(const Labels&);

/// "dense time_distributed B32 F64 U64": the same where columns are few.
std::string short_title_of(const Labels&);

/// All timed rows of `what` (run or prepare) as families. They point into the results, which outlive them.
std::vector<CurveFamily> curve_families(const Results&, const std::string& what);

}  // namespace lockstep
