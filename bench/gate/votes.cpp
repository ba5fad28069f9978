#include "bench/gate/votes.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/gate/detectable.h"
#include "bench/gate/statistics/holm.h"
#include "bench/gate/statistics/median.h"
#include "bench/gate/statistics/sign_test.h"
#include "bench/gate/statistics/signed_rank.h"

namespace lockstep::gate {
namespace {

constexpr double contradicts = 0.2;  // a sign test's p above it does not bear out what signed ranks confirm
constexpr double largest_log = 300;  // votes beyond it are no measurement, and their ratio no finite number

bool is_off(std::span<const double> screen, const Plan& plan) {
  return std::abs(median({screen.begin(), screen.end()})) > std::log1p(plan.screen_above);
}

bool are_measured(std::span<const double> votes) {
  return std::all_of(votes.begin(), votes.end(), [](double vote) { return std::abs(vote) <= largest_log; });
}

std::string other_than(int wanted, std::size_t there, std::string_view what_for) {
  return fmt::format("{} processes measured it {}, the plan asks for {}", there, what_for, wanted);
}

std::vector<double> turned(std::span<const double> votes, Way way) {
  std::vector<double> forward(votes.begin(), votes.end());
  if (way == Way::faster)
    for (double& vote : forward) vote = -vote;
  return forward;
}

}  // namespace

std::string lack_of(const Votes& votes, const Plan& plan) {
  const auto is_other = [](const std::vector<double>& some, int wanted) {
    return std::ssize(some) != wanted;
  };
  if (is_other(votes.screen, plan.screen)) return other_than(plan.screen, votes.screen.size(), "to screen");
  bool measured = are_measured(votes.screen) && are_measured(votes.confirm);
  for (const auto& layout : votes.layouts) {
    if (!layout.empty() && is_other(layout, plan.confirm))
      return other_than(plan.confirm, layout.size(), "on another layout");
    measured = measured && are_measured(layout);
  }
  if (!measured) return "a process measured a ratio that is none";
  if (votes.confirm.empty() ? is_off(votes.screen, plan) : is_other(votes.confirm, plan.confirm))
    return other_than(plan.confirm, votes.confirm.size(), "to confirm");
  return "";
}

double p_beyond(std::span<const double> votes, Way way, const Plan& plan) {
  return p_above(turned(votes, way), std::log1p(plan.margin));
}

std::vector<bool> confirmed_beyond(const std::vector<std::span<const double>>& votes, Way way,
                                   const Plan& plan) {
  std::vector<double> p;
  for (const auto& some : votes) p.push_back(p_beyond(some, way, plan));
  return holm(p, plan.level);
}

std::string contradiction_of(std::span<const double> votes, Way way, const Plan& plan) {
  const std::vector<double> forward = turned(votes, way);
  const double margin = std::log1p(plan.margin);
  if (sign_p_above(forward, margin) <= contradicts) return "";
  const auto beyond =
      std::count_if(forward.begin(), forward.end(), [&](double vote) { return vote > margin; });
  return fmt::format("signed ranks say {}, but only {} of {} processes are beyond the margin",
                     way == Way::slower ? "slower" : "faster", beyond, votes.size());
}

std::string percent(double change) {
  return fmt::format("{:.3g} %", 100 * change);
}

std::string change_of(double ratio) {
  return ratio < 1 ? fmt::format("{} faster", percent(1 - ratio))
                   : fmt::format("{} slower", percent(ratio - 1));
}

bool is_open(std::span<const double> screen, const Plan& plan, std::size_t benchmarks) {
  if (std::ssize(screen) != plan.screen || !are_measured(screen))
    throw std::invalid_argument(
        fmt::format("screen: {} votes; accepted are {}, all finite", screen.size(), plan.screen));
  return is_off(screen, plan) || !(detectable(spread_of(screen), plan, benchmarks) <= plan.detect);
}

}  // namespace lockstep::gate
