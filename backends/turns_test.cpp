#include "backends/turns.h"

#include <array>
#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

/// Three threads pass a number around: each adds to what the others wrote in the turn before.
TEST(Turns, ShowWhatTheOthersWrote) {
  constexpr int threads = 3;
  constexpr std::uint32_t steps = 2000;
  Turns turns(threads);
  std::array<std::array<std::uint64_t, threads>, 2> sums{};
  const auto work = [&](int i) {
    const auto own = static_cast<std::size_t>(i);
    sums[0][own] = 1;
    turns.finish(i);
    for (std::uint32_t step = 0; step < steps; ++step) {
      turns.wait_for_others(i, step + 1);
      std::uint64_t sum = 0;
      for (const std::uint64_t one : sums[step % 2]) sum += one;
      sums[(step + 1) % 2][own] = sum % 1000003;
      turns.finish(i);
    }
  };
  for (int run = 0; run < 3; ++run) {
    turns.reset();
    {
      std::vector<std::jthread> team;
      for (int i = 0; i < threads; ++i) team.emplace_back(work, i);
    }
    std::uint64_t expected = 1;
    for (std::uint32_t step = 0; step < steps; ++step) expected = expected * threads % 1000003;
    for (const std::uint64_t sum : sums[steps % 2]) EXPECT_EQ(sum, expected);
  }
}

TEST(Turns, WakeWhoSleeps) {
  Turns turns(2);
  std::jthread waiter([&] { turns.wait_for_others(0, 1); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // long enough to fall asleep
  turns.finish(1);
  waiter.join();
}

TEST(Turns, LetNobodyWaitForWhoIsAtAnEnd) {
  Turns turns(2);
  turns.finish(1);
  std::jthread waiter([&] { turns.wait_for_others(0, 1000); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  turns.abandon(1);
  waiter.join();
  turns.reset();
  turns.finish(1);
  turns.wait_for_others(0, 1);
}

TEST(Turns, AnswerAtOnceWhereTheOthersAreAhead) {
  Turns turns(2);
  turns.finish(1);
  turns.finish(1);
  turns.wait_for_others(0, 1);
}

}  // namespace
}  // namespace lockstep
