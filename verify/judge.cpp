#include "verify/judge.h"

#include <fmt/format.h>

namespace lockstep {
namespace {

std::string where_of(const Comparison& found) {
  return fmt::format("batch {}, step {}, unit {}: expected {:.9g}, got {:.9g}", found.worst[0],
                     found.worst[1], found.worst[2], found.expected_there, found.actual_there);
}

}  // namespace

void judge(Finding& finding, std::string_view part, const Comparison& found, double allowed) {
  if (finding.tolerance == 0 || found.largest_error / allowed > finding.share_of_tolerance()) {
    finding.largest_error = found.largest_error;
    finding.tolerance = allowed;
  }
  if (!finding.reason.empty()) return;
  if (found.not_finite > 0)
    finding.reason = fmt::format("{}: {} of {} values not written or not finite, first at {}", part,
                                 found.not_finite, found.compared, where_of(found));
  else if (found.largest_error > allowed)
    finding.reason = fmt::format("{}: error {:.3g} over tolerance {:.3g} at {}", part, found.largest_error,
                                 allowed, where_of(found));
}

}  // namespace lockstep
