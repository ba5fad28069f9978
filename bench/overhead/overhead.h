#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/measurement.h"

namespace lockstep {

/// What the raw calls' backend of another is named: its name and this.
inline constexpr const char* raw_suffix = "-raw";

/// The middle of some values, and the half of them around it.
struct Middle {
  double median = 0, lower_quartile = 0, upper_quartile = 0;
};
/// Of at least one value, none of them NaN; by nearest rank.
Middle middle_of(std::vector<double> values);
/// Whether they are at most `most`: yes, no, or open where the quartiles don't agree.
std::string at_most(double most, const Middle&);

/// One problem on a backend and by the raw calls of its library; the rows belong to the results.
struct Overhead {
  const Measurement* adapter;
  const Measurement* raw;

  /// Times of the backend over those of the raw calls, repetition by repetition in the order in which they
  /// came.
  Middle ratio() const;
  /// Whether it takes at most 5 % longer than the raw calls: yes, no, or open.
  std::string as_fast() const;
};
/// All that were timed both ways, in the order of the results.
std::vector<Overhead> overheads_of(const Results&);

/// The results without the rows of raw calls, which others are compared with and are no rivals of.
Results without_raw_calls(const Results&);

/// t(T) = a + b T on a backend and by its library's raw calls, fitted to each repetition.
struct CallCost {
  Middle a, raw_a;  // seconds of a call
  Middle added_a;   // a - raw_a
  Middle b, raw_b;  // seconds of a step

  /// Whether a call costs at most 3 us beside its steps, and whether the backend adds at most so much to what
  /// the raw calls cost: yes, no, or open.
  std::string cheap() const, adds_little() const;
};
/// The overheads that differ in time_steps alone.
struct OverheadCurve {
  std::vector<Overhead> points;  // by rising time_steps
  std::optional<CallCost> cost;  // of three lengths or more
};
std::vector<OverheadCurve> overhead_curves(const std::vector<Overhead>&);

}  // namespace lockstep
