#include "verify/for_each_index.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(ForEachIndex, DoesEachOnceOnAnyNumberOfWorkers) {
  for (const int workers : {1, 2, 5}) {
    std::vector<int> done(100, 0);
    std::size_t told = 0;
    for_each_index(
        done.size(), workers,
        [&](std::size_t now, std::size_t all) {
          EXPECT_EQ(++told, now);
          EXPECT_EQ(all, 100U);
        },
        [] { return 0; }, [&](int&, std::size_t i) { ++done[i]; });
    EXPECT_EQ(std::count(done.begin(), done.end(), 1), 100);
    EXPECT_EQ(told, 100U);
  }
}

TEST(ForEachIndex, GivesEachWorkerAStateOfItsOwn) {
  std::atomic<int> states{0}, calls{0};
  for_each_index(
      50, 3, {}, [&] { return ++states, std::vector<std::size_t>(); },
      [&](std::vector<std::size_t>& mine, std::size_t i) {
        mine.push_back(i);
        EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
        ++calls;
      });
  EXPECT_EQ(states, 3);
  EXPECT_EQ(calls, 50);
}

TEST(ForEachIndex, EndsAtTheFirstThrow) {
  for (const int workers : {1, 3}) {
    std::atomic<int> begun{0};
    EXPECT_THROW(for_each_index(
                     100'000, workers, {}, [] { return 0; },
                     [&](int, std::size_t i) {
                       ++begun;
                       if (i == 3) throw std::runtime_error("three");
                     }),
                 std::runtime_error);
    EXPECT_LT(begun, 100'000);
  }
}

TEST(ForEachIndex, OfNoneCallsNothing) {
  for_each_index(
      0, 2, {}, [] { return 0; }, [](int, std::size_t) { ADD_FAILURE(); });
}

}  // namespace
}  // namespace lockstep
