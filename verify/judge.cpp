#include "verify/judge.h"

#include <fmt/format.h>

namespace lockstep {

std::string what_is_wrong(const Comparison& found, const Axes& axes) {
  if (found.holds()) return {};
  const Element& first = found.first;
  const std::string where =
      fmt::format("{} {}, {} {}, {} {}: expected {:.9g}, got {:.9g}", axes[1], first.place[1], axes[0],
                  first.place[0], axes[2], first.place[2], first.expected, first.actual);
  if (found.not_finite > 0)
    return fmt::format("{} of {} values not written or not finite, {} off, first at {}", found.not_finite,
                       found.compared, found.over, where);
  return fmt::format("{} of {} values off, up to {:.3g} times the tolerance, first at {} (tolerance {:.3g})",
                     found.over, found.compared, found.worst.share(), where, first.allowed);
}

void judge(Finding& finding, std::string_view check, std::string_view part, const Comparison& found,
           const Axes& axes) {
  if (finding.tolerance == 0 || found.worst.share() > finding.share_of_tolerance()) {
    finding.largest_error = found.worst.error;
    finding.tolerance = found.worst.allowed;
  }
  if (!found.holds()) fail(finding, check, fmt::format("{}: {}", part, what_is_wrong(found, axes)));
}

}  // namespace lockstep
