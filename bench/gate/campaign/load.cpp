#include "bench/gate/campaign/load.h"

#include <chrono>
#include <random>

namespace lockstep::gate {
namespace {

void burn_in_bursts(const std::stop_token& stop, std::uint64_t seed) {
  using Clock = std::chrono::steady_clock;
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> seconds(0.02, 0.5);
  const auto some_time = [&] { return std::chrono::duration<double>(seconds(random)); };
  while (!stop.stop_requested()) {
    const auto end = Clock::now() + some_time();
    for (volatile unsigned work = 0; Clock::now() < end && !stop.stop_requested();) work = work + 1;
    std::this_thread::sleep_for(some_time());
  }
}

}  // namespace

BurstyLoad::BurstyLoad(unsigned cores, std::uint64_t seed) {
  for (unsigned i = 0; i < cores; ++i)
    cores_.emplace_back([seed, i](const std::stop_token& stop) { burn_in_bursts(stop, seed + i); });
}

}  // namespace lockstep::gate
