#include "backends/awaited.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "backends/locks_for_test.h"

namespace lockstep {
namespace {

/// Threads asleep for values that lie side by side, so that there are some in each group of libstdc++'s in
/// which one of these values is.
class BesideSleepers : public ::testing::Test {
 protected:
  static constexpr std::size_t sleepers = 32, others = 32;
  BesideSleepers() {
    const std::int64_t before = locks_so_far();
    for (std::size_t i = 0; i < sleepers; ++i)
      asleep_.emplace_back([&value = values_[i]] {
        while (value.now() == 0) value.sleep_while(0);
      });
    // Each calls the system once to fall asleep, if not more often for other reasons.
    while (locks_so_far() < before + static_cast<std::int64_t>(sleepers))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ~BesideSleepers() override {
    for (std::size_t i = 0; i < sleepers; ++i) values_[i].add(1);
  }
  std::span<Awaited<std::uint32_t>> without() { return std::span(values_).subspan(sleepers); }

 private:
  std::array<Awaited<std::uint32_t>, sleepers + others> values_;
  std::vector<std::jthread> asleep_;  // last: they end before what they wait for
};

TEST_F(BesideSleepers, WhatNobodyWaitsForMakesNoSystemCall) {
  for (auto& value : without()) {
    EXPECT_EQ(locks_of([&] { value.add(1); }), 0);
    EXPECT_EQ(value.now(), 1U);
  }
  alignas(64) std::array<std::atomic<std::uint32_t>, 16> bare{};
  EXPECT_GT(locks_of([&] {
              for (auto& value : bare) value.notify_all();
            }),
            0);
}

TEST(Awaited, WakesAllThatSleep) {
  for (int round = 0; round < 200; ++round) {
    Awaited<int> value;
    const auto sleep = [&value] { EXPECT_EQ(value.sleep_while(0), 7); };
    std::jthread first(sleep), second(sleep);
    if (round == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    value.add(7);
  }
}

}  // namespace
}  // namespace lockstep
