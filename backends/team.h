#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "backends/awaited.h"
#include "backends/cpus.h"

namespace lockstep {

/// A fixed set of threads that do one job together, again and again. Between jobs the helpers spin for
/// some 50 microseconds, then sleep. Starting a job allocates nothing.
class Team {
 public:
  /// Throws std::system_error where the system gives no more threads.
  explicit Team(int threads) : Team() {  // whole from here on: where it throws, it ends what it has begun
    has_cpus_ = threads <= static_cast<int>(std::thread::hardware_concurrency());
    for (int i = 1; i < threads; ++i)
      helpers_.emplace_back([this, i](const std::stop_token& stop) { help(i, stop); });
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team() {
    for (auto& helper : helpers_) helper.request_stop();
    started_.add(1);
  }

  int threads() const { return static_cast<int>(helpers_.size()) + 1; }

  /// Calls job(0) here and job(1) ... job(threads - 1) in the helpers, and returns when all have ended.
  /// Throws what the first of them threw.
  template <class Job>
  void run(Job&& job) {
    if (helpers_.empty()) return job(0);
    call_ = [](void* context, int index) { (*static_cast<std::remove_reference_t<Job>*>(context))(index); };
    context_ = &job;
    unfinished_.set_quietly(static_cast<int>(helpers_.size()));
    cpu_of_caller_.store(this_cpu(), std::memory_order_relaxed);
    started_.add(1);
    call_guarded(0);
    wait_while(unfinished_, [](int left) { return left != 0; });
    if (error_claimed_.exchange(false)) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  Team() = default;
  static constexpr std::chrono::microseconds longest_spin{50};
  static constexpr int polls_per_look_at_the_clock = 64;

  static void pause() {
#if defined(__x86_64__)
    _mm_pause();
#endif
  }
  /// Waits for a value that `busy` denies.
  template <class T, class Busy>
  static T wait_while(Awaited<T>& value, Busy busy) {
    T seen = value.now();
    const auto give_up = std::chrono::steady_clock::now() + longest_spin;
    do {
      for (int i = 0; i < polls_per_look_at_the_clock && busy(seen); ++i) {
        pause();
        seen = value.now();
      }
    } while (busy(seen) && std::chrono::steady_clock::now() < give_up);
    while (busy(seen)) seen = value.sleep_while(seen);
    return seen;
  }
  void call_guarded(int index) {
    try {
      call_(context_, index);
    } catch (...) {
      if (!error_claimed_.exchange(true, std::memory_order_acq_rel)) error_ = std::current_exception();
    }
  }
  void help(int index, const std::stop_token& stop) {
    std::uint32_t done = 0;
    for (;;) {
      done = wait_while(started_, [&](std::uint32_t seen) { return seen == done; });
      if (stop.stop_requested()) return;
      // Two that wait for each other by spinning would keep each other off one CPU for milliseconds.
      if (const int cpu = this_cpu(); has_cpus_ && cpu == cpu_of_caller_.load(std::memory_order_relaxed))
        leave(cpu);
      call_guarded(index);
      unfinished_.add(-1);
    }
  }

  alignas(64) Awaited<std::uint32_t> started_;
  std::atomic<int> cpu_of_caller_{-1};
  bool has_cpus_ = false;  // one for each thread
  alignas(64) Awaited<int> unfinished_;
  void (*call_)(void*, int) = nullptr;
  void* context_ = nullptr;
  std::atomic<bool> error_claimed_{false};
  std::exception_ptr error_;
  std::vector<std::jthread> helpers_;  // last: they use all of the above
};

/// The part of `total` rows that worker `index` of `workers` takes: [begin, end), even to within one row.
struct Slice {
  std::int64_t begin = 0, end = 0;
  std::int64_t size() const { return end - begin; }
};
inline Slice slice_of(std::int64_t total, int workers, int index) {
  return {total * index / workers, total * (index + 1) / workers};
}

}  // namespace lockstep
