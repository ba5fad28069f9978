#include "bench/ceilings/synchronisation.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <dlfcn.h>

#include "backends/team.h"

namespace lockstep {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct alignas(128) Flag {  // two lines: some CPUs fetch them in pairs
  std::atomic<int> value{0};

  void wait_for(int wanted) const {
    constexpr int polls_before_a_yield = 100'000;
    for (int polls = 0; value.load(std::memory_order_acquire) != wanted; ++polls)
      if (polls > polls_before_a_yield) std::this_thread::yield();
  }
};

}  // namespace

double measure_flag_round_trip(int trips) {
  Flag there, back;
  Team team(2);
  double seconds = 0;
  team.run([&](int index) {
    double start = 0;
    for (int trip = 1; trip <= trips + 1; ++trip) {
      if (index == 0) {
        if (trip == 2) start = now();  // the first waits for the thread to wake up
        there.value.store(trip, std::memory_order_release);
        back.wait_for(trip);
      } else {
        there.wait_for(trip);
        back.value.store(trip, std::memory_order_release);
      }
    }
    if (index == 0) seconds = now() - start;
  });
  return seconds / trips;
}

double measure_openmp_region(int threads, int regions) {
  // What GCC makes of "#pragma omp parallel". Linked to it, every program here would start with this runtime.
  using Parallel = void (*)(void (*body)(void*), void* data, unsigned threads, unsigned flags);
  void* const library = dlopen("libgomp.so.1", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return 0;
  const auto parallel = reinterpret_cast<Parallel>(dlsym(library, "GOMP_parallel"));
  if (parallel == nullptr) return 0;
  const auto region = [&] { parallel([](void*) {}, nullptr, static_cast<unsigned>(threads), 0); };
  region();  // starts the threads
  const double start = now();
  for (int i = 0; i < regions; ++i) region();
  return (now() - start) / regions;
}

}  // namespace lockstep
