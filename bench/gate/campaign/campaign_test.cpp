#include <cmath>
#include <random>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/gate/campaign/analysis.h"
#include "bench/gate/campaign/pool.h"
#include "bench/gate/campaign/report.h"
#include "reports/csv.h"

namespace lockstep::gate {
namespace {

constexpr double second_ps = 1e12;

/// Processes whose votes spread by `noise` around the effect, and whose speed changes from one to the next.
Pool pool_of(double effect, double noise = 0.012, int processes = 60, int benchmarks = 10) {
  Pool pool{"quiet", effect, {}, "some machine"};
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  for (int k = 0; k < processes; ++k) {
    auto& process = pool.processes.emplace_back();
    for (int i = 0; i < benchmarks; ++i) {
      Measured one{std::log1p(effect) + noise * normal(random), {}, {}};
      const double speed = 1e-4 * std::exp(0.1 * normal(random));
      for (int batch = 0; batch < 10; ++batch) {
        one.base_ps.push_back(std::llround(speed * second_ps * std::exp(0.01 * normal(random))));
        one.head_ps.push_back(
            std::llround(speed * (1 + effect) * second_ps * std::exp(0.01 * normal(random))));
      }
      process[fmt::format("benchmark {}", i)] = one;
    }
  }
  return pool;
}

TEST(Campaign, ReadsBackItsLines) {
  std::ostringstream lines;
  const Pool pool = pool_of(0.05, 0.01, 3, 2);
  for (const auto& process : pool.processes) lines << line_of(pool, process) << '\n';
  std::istringstream in(lines.str());
  const auto back = read_pools(in);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].condition, "quiet");
  EXPECT_EQ(back[0].effect, 0.05);
  EXPECT_EQ(back[0].machine, "some machine");
  ASSERT_EQ(back[0].processes.size(), 3U);
  EXPECT_NEAR(back[0].processes[2].at("benchmark 1").vote, pool.processes[2].at("benchmark 1").vote, 1e-6);
  EXPECT_EQ(back[0].processes[2].at("benchmark 1").head_ps, pool.processes[2].at("benchmark 1").head_ps);
}

TEST(Campaign, RefusesALineThatIsCutOffOrOfOtherBenchmarks) {
  const Pool pool = pool_of(0, 0.01, 1, 2), other = pool_of(0, 0.01, 1, 3);
  const std::string line = line_of(pool, pool.processes[0]);
  std::istringstream cut(line + "\n" + line.substr(0, line.size() / 2));
  EXPECT_THROW(read_pools(cut), std::invalid_argument);
  std::istringstream mixed(line + "\n" + line_of(other, other.processes[0]));
  EXPECT_THROW(read_pools(mixed), std::invalid_argument);
  Pool elsewhere = pool;
  elsewhere.machine = "another machine";
  std::istringstream of_two(line + "\n" + line_of(elsewhere, pool.processes[0]));
  EXPECT_THROW(read_pools(of_two), std::invalid_argument);
  std::istringstream empty("");
  EXPECT_THROW(read_pools(empty), std::invalid_argument);
}

TEST(Campaign, DrawsGatesThatPassEqualBuildsAndFindSlowerOnes) {
  const Plan plan;
  const Pool equal = pool_of(0);
  const EqualBuilds none = try_equal(equal, plan, 100, 1);
  EXPECT_EQ(none.gates, 100);
  EXPECT_EQ(none.rows, 1000);
  EXPECT_EQ(none.failed, 0);
  const Power power = try_slower(equal, pool_of(0.08), plan, 10, 1);
  EXPECT_EQ(power.gates, 100);
  EXPECT_EQ(power.found, 100);
  EXPECT_EQ(power.intervals, 100);
  EXPECT_GT(power.covering, 90);
  EXPECT_EQ(try_slower(equal, pool_of(0.005), plan, 10, 1).found, 0);
}

TEST(Campaign, CountsAGateThatFailsEqualBuilds) {
  const EqualBuilds found = try_equal(pool_of(0.08), Plan{}, 20, 1);
  EXPECT_EQ(found.failed + found.no_verdict, 20);
  EXPECT_GT(found.rows_failed, 0);
}

TEST(Campaign, RefusesFewerProcessesThanAGateNeeds) {
  EXPECT_THROW(try_equal(pool_of(0, 0.01, 33), Plan{}, 1, 1), std::invalid_argument);
}

TEST(Campaign, ShowsTheUsualTestToTakeProcessesForChanges) {
  const UsualTest usual = try_usual(pool_of(0), 1);
  EXPECT_EQ(usual.comparisons, 300);
  EXPECT_GT(usual.different, 150);  // their speeds differ by 10 %, their batches by 1 %
  EXPECT_LE(usual.slower_by_5_percent, usual.slower);
  EXPECT_LE(usual.slower, usual.different);
}

TEST(Campaign, IsToldInOneTableARowForEachPool) {
  const std::vector pools{pool_of(0), pool_of(0.08)};
  const auto told = campaign_report(pools, Plan{}, 20, 2, 1);
  ASSERT_EQ(told.records.rows().size(), 2U);
  EXPECT_THAT(reports::csv(told.records),
              testing::AllOf(testing::HasSubstr("quiet,0,60,20,0,0,,,,,300,"),
                             testing::HasSubstr("quiet,8.000,60,20,,,100.0,100.0,benchmark 0,")));
  EXPECT_EQ(told.facts.front().value, "some machine");
}

}  // namespace
}  // namespace lockstep::gate
