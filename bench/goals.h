#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/measurement.h"
#include "reports/table.h"

namespace lockstep {

/// How far ahead of every library fused is wanted to be on one shape, and is; the rows belong to the results.
struct Goal {
  const Measurement* fused;    // the faster of its thread counts
  const Measurement* library;  // the fastest of all libraries at all thread counts
  double wanted;               // times as fast

  double ratio() const { return library->median() / fused->median(); }
  /// The ratios that the spread of the repetitions leaves open.
  double lowest() const { return library->lowest() / fused->highest(); }
  double highest() const { return library->highest() / fused->lowest(); }
  /// As far ahead as wanted, or so near its roof that the machine allows no more.
  bool met() const;
};

/// Times as fast as the best library: what is wanted of fused on the shape of these labels; none where
/// nothing is. Wanted are recurrent layers of 128 time steps with as many units as features.
std::optional<double> wanted_of(const Labels&);

/// The goals of all shapes on which fused and a library were timed with one thread and with two, in the order
/// of the results.
std::vector<Goal> goals_of(const Results&);

/// Reached against wanted, a row each.
reports::Table goals_table(const std::vector<Goal>&);

/// The same in brief, by batch and units: from the lowest ratio to the highest, and how many goals are met.
reports::Table goals_summary(const std::vector<Goal>&);

/// "31 of 60 goals met".
std::string goals_text(const std::vector<Goal>&);

/// For each library by itself: "78 of 88 shapes ahead of onednn".
std::vector<std::string> ahead_texts(const Results&);

}  // namespace lockstep
