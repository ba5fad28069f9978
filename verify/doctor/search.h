#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "verify/doctor/agreement.h"
#include "verify/doctor/reading.h"

namespace lockstep::doctor {

/// Some departures from Keras' conventions together, with which the model answers y.
struct Explanation {
  std::vector<Departure> departures;
  Agreement agreement;
};
/// Some with which it comes nearest.
struct Approach {
  std::vector<Departure> departures;
  Element worst;  // its largest error on the samples looked at; the model's answer is what is expected
};

enum class Outcome { agrees, differs, no_verdict };

/// What the search found.
struct Diagnosis {
  Outcome as_it_is = Outcome::differs;  // no_verdict: rounding alone moves the model's answer too far
  Agreement agreement;                  // where it agrees
  std::optional<Element> worst;         // where it differs; none: the shapes alone do
  /// With which the two agree, all with as few departures, the simplest first; none where it agrees as it is.
  std::vector<Explanation> explanations;
  std::optional<Approach> nearest;  // where none explains y, and some departure brings the model much nearer
  std::optional<float> constant;    // that y holds throughout, by which any dead unit is as good as another
  std::size_t tried = 0;            // departures alone and together
  std::size_t together = 0;         // as many at once, at most
};

/// How much a search may take, in multiply-adds, so that what it finds depends on no clock.
struct Effort {
  double search = 7e9;   // of looks at all that may be
  double confirm = 4e9;  // of judging one that looks right
};

using Progress = std::function<void(std::size_t done, std::size_t all)>;

/// Searches for the fewest departures with which the model answers y: each alone, then more of them together,
/// all as long as there are few, then those that began well. `batch`: as many samples are judged at once.
Diagnosis diagnose(const std::vector<Reading>&, std::int64_t batch, int threads, const Progress& = {},
                   const Effort& = {});

}  // namespace lockstep::doctor
