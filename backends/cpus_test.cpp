#include "backends/cpus.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

cpu_set_t allowed() {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  EXPECT_EQ(::sched_getaffinity(0, sizeof cpus, &cpus), 0);
  return cpus;
}

/// Whether the system does as it is told: some only emulate it.
bool can_be_moved(const cpu_set_t& cpus) {
  bool is_right = true;
  for (int cpu = 0; cpu < CPU_SETSIZE && is_right; ++cpu) {
    if (!CPU_ISSET(cpu, &cpus)) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    is_right = ::sched_setaffinity(0, sizeof one, &one) == 0 && this_cpu() == cpu;
  }
  return ::sched_setaffinity(0, sizeof cpus, &cpus) == 0 && is_right;
}

TEST(Cpus, AreLeftForOthersWhereThereAreSome) {
  const cpu_set_t before = allowed();
  if (!can_be_moved(before)) GTEST_SKIP() << "this system does not move threads between CPUs";
  const auto leaves = [] {
    const int cpu = this_cpu();
    leave(cpu);
    return this_cpu() != cpu;
  };
  bool has_left = false;  // the system may move a thread back at any time
  for (int i = 0; i < 100 && !has_left; ++i) has_left = leaves();
  EXPECT_EQ(has_left, CPU_COUNT(&before) > 1);
  const cpu_set_t after = allowed();
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(Cpus, AreKeptWhereThereIsOne) {
  const cpu_set_t before = allowed();
  const int cpu = this_cpu();
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  leave(cpu), leave(-1);
  EXPECT_EQ(this_cpu(), cpu);
  const cpu_set_t after = allowed();
  EXPECT_TRUE(CPU_EQUAL(&one, &after));
  ::sched_setaffinity(0, sizeof before, &before);
}

}  // namespace
}  // namespace lockstep
