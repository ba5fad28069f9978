// Whole gates of simulated processes: how often they fail for nothing, and how often they find what is there.

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "bench/gate/decide.h"
#include "bench/gate/processes_for_test.h"
#include "bench/gate/votes_for_test.h"

namespace lockstep::gate {
namespace {

constexpr std::size_t compared = 40;

/// Screens all, confirms what is open with fresh processes, and decides: what a gate does.
std::vector<Row> run_gate(Processes& processes, const std::vector<double>& slowdowns, const Plan& plan) {
  std::vector<Row> rows(slowdowns.size(), timed_row());
  std::vector<Votes> votes(slowdowns.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    votes[i].screen = processes.votes(plan.screen, std::log1p(slowdowns[i]));
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (is_open(votes[i].screen, plan, rows.size()))
      votes[i].confirm = processes.votes(plan.confirm, std::log1p(slowdowns[i]));
  decide(rows, votes, plan);
  return rows;
}

std::size_t count(const std::vector<Row>& rows, State state) {
  std::size_t found = 0;
  for (const Row& row : rows) found += row.state == state;
  return found;
}

constexpr Noise bursty = {.heavy_tailed = true, .correlation = 0.3, .outliers = 0.03};

TEST(SimulatedGate, DoesNotFailForNothing) {
  constexpr int gates = 150;
  Processes processes(2024, bursty);
  int failed = 0, praised = 0;
  std::size_t open = 0;
  for (int gate = 0; gate < gates; ++gate) {
    const auto rows = run_gate(processes, std::vector<double>(compared), {});
    failed += count(rows, State::regression) > 0;
    praised += count(rows, State::improvement) > 0;
    open += count(rows, State::inconclusive);
    EXPECT_EQ(count(rows, State::missing), 0u);
  }
  EXPECT_LE(failed, gates * Plan{}.level);
  EXPECT_LE(praised, gates * Plan{}.level);
  EXPECT_LE(static_cast<double>(open), 0.01 * gates * compared);
}

TEST(SimulatedGate, FindsFivePercent) {
  constexpr int gates = 150;
  Processes processes(2025, bursty);
  std::vector<double> slowdowns(compared);
  slowdowns[17] = 0.05;
  int found = 0;
  for (int gate = 0; gate < gates; ++gate)
    found += run_gate(processes, slowdowns, {})[17].state == State::regression;
  EXPECT_GE(found, 0.95 * gates);
}

TEST(SimulatedGate, FailsAtTheMarginAsRarelyAsItsLevelSays) {  // all 40 at once: the worst that is none
  constexpr int gates = 300;
  Processes processes(2026, {.heavy_tailed = true, .outliers = 0.03});
  int failed = 0;
  for (int gate = 0; gate < gates; ++gate)
    failed +=
        count(run_gate(processes, std::vector<double>(compared, Plan{}.margin), {}), State::regression) > 0;
  EXPECT_LE(failed, gates * Plan{}.level + 3 * std::sqrt(gates * Plan{}.level));
}

}  // namespace
}  // namespace lockstep::gate
