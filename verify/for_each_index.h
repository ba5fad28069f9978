#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>

#include "backends/team.h"

namespace lockstep {

/// Called now and then with how many of how many are done; from one thread at a time.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

/// Calls work(state, i) for every i in [0, n) on `workers` threads, each with the state that make_state()
/// gave it. Once one throws no other is begun; throws what the first threw when all have ended.
template <class MakeState, class Work>
void for_each_index(std::size_t n, int workers, const Progress& progress, MakeState&& make_state,
                    Work&& work) {
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex reporting;  // of `done`
  Team(workers).run([&](int) {
    try {
      auto state = make_state();
      for (std::size_t i = next++; i < n; i = next++) {
        work(state, i);
        const std::lock_guard lock(reporting);
        ++done;
        if (progress) progress(done, n);
      }
    } catch (...) {
      next = n;
      throw;
    }
  });
}

}  // namespace lockstep
