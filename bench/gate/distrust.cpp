#include <cmath>

#include <fmt/format.h>

#include "bench/gate/decide.h"
#include "bench/gate/statistics/signed_rank.h"
#include "bench/gate/votes.h"

namespace lockstep::gate {

std::string distrust_of(std::span<const Votes> controls, const Plan& plan) {
  if (controls.empty()) return plan.control_share > 0 ? "no copy of the base was measured against it" : "";
  std::vector<std::span<const double>> confirmed;
  for (const Votes& votes : controls) {
    const std::string lack = lack_of(votes, plan);
    if (!lack.empty()) return fmt::format("a copy of the base: {}", lack);
    if (!votes.confirm.empty()) confirmed.emplace_back(votes.confirm);
  }
  const std::vector<bool> slower = confirmed_beyond(confirmed, Way::slower, plan);
  const std::vector<bool> faster = confirmed_beyond(confirmed, Way::faster, plan);
  std::size_t off = 0;
  double furthest = 0;
  for (std::size_t i = 0; i < confirmed.size(); ++i) {
    if (!slower[i] && !faster[i]) continue;
    ++off;
    const double shift = hodges_lehmann(confirmed[i], 0.95).estimate;
    if (std::abs(shift) > std::abs(furthest)) furthest = shift;
  }
  if (off == 0) return "";
  return fmt::format("{} of {} copies of the base are not as fast as it, up to {}", off, controls.size(),
                     change_of(std::exp(furthest)));
}

}  // namespace lockstep::gate
