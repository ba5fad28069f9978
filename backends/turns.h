#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "backends/awaited.h"

namespace lockstep {

/// How far each of some threads has come, for threads that need each other's results at every step. Waiting
/// spins for about half a millisecond, then yields, then sleeps: it makes no system call while the others
/// keep up. On a busy machine who yields sooner loses its core for far longer than a step takes: measured
/// beside other work, steps of 1.4 us took 170 us after spins of 10 us.
class Turns {
 public:
  explicit Turns(int threads)
      : threads_(threads), counters_(new Counter[static_cast<std::size_t>(threads)]) {}

  /// Back to none done, while nobody waits.
  void reset() {
    for (int i = 0; i < threads_; ++i) counter(i).set_quietly(0);
  }
  /// What thread `i` wrote before is seen by those that wait for this turn of it.
  void finish(int i) { counter(i).add(1); }
  /// Until the next reset nobody waits for thread `i`, which is at an end.
  void abandon(int i) {
    constexpr std::uint32_t far_ahead = 1U << 30U;
    counter(i).add(far_ahead);
  }
  /// Until each thread but `i` has finished `turns`.
  void wait_for_others(int i, std::uint32_t turns) {
    for (int other = 0; other < threads_; ++other)
      if (other != i) wait(counter(other), turns);
  }

 private:
  struct alignas(128) Counter {  // two lines: the prefetcher takes them in pairs
    Awaited<std::uint32_t> value;
  };
  Awaited<std::uint32_t>& counter(int i) { return counters_[static_cast<std::size_t>(i)].value; }

  static bool has_come(std::uint32_t done, std::uint32_t turns) {  // right when counters overflow, too
    return static_cast<std::int32_t>(done - turns) >= 0;
  }
  static void wait(Awaited<std::uint32_t>& counter, std::uint32_t turns) {
    constexpr int spins = 20000, yields = 50;
    for (int i = 0; i < spins; ++i) {
      if (has_come(counter.now(), turns)) return;
#if defined(__x86_64__)
      _mm_pause();
#endif
    }
    for (int i = 0; i < yields; ++i) {
      if (has_come(counter.now(), turns)) return;
      std::this_thread::yield();
    }
    for (auto done = counter.now(); !has_come(done, turns);) done = counter.sleep_while(done);
  }

  int threads_;
  std::unique_ptr<Counter[]> counters_;
};

}  // namespace lockstep
