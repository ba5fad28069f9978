#include "bench/ceilings/measure.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include <fmt/chrono.h>
#include <unistd.h>

#include "bench/ceilings/arithmetic.h"
#include "bench/ceilings/kernels.h"
#include "bench/ceilings/memory.h"
#include "bench/ceilings/synchronisation.h"

namespace lockstep {
namespace {

/// A quarter of what is free, within what the effort allows.
double bytes_to_read(const Effort& effort) {
  constexpr double share = 0.25;
  const double free =
      static_cast<double>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return std::min(effort.most_bytes, share * free);
}

/// Whether the threads together reach far less than each alone: they share cores, or something else runs.
bool is_disturbed(const Ceilings& found) {
  constexpr double usual = 0.8;
  return found.flops_per_second.all < usual * found.threads * found.flops_per_second.one;
}

}  // namespace

Ceilings measure_ceilings(const Effort& effort,
                          const std::function<void(std::size_t, std::size_t, const std::string&)>& progress) {
  const Kernels& kernels = widest_kernels();
  Ceilings empty;
  empty.isa = kernels.isa;
  empty.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  empty.memory = memory_levels(data_caches(empty.threads), empty.threads);
  empty.date = fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::time(nullptr)));
  const ReadBuffer buffer(empty.memory, empty.threads, bytes_to_read(effort));
  Team team(empty.threads);

  const std::size_t parts = empty.memory.size() + 3;
  std::size_t done = 0;
  const auto next = [&](const std::string& name) {
    const std::size_t all = parts * static_cast<std::size_t>(effort.tries);
    if (progress) progress(std::min(done++, all), all, name);
  };
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto may_go_on = [&](int tries, const Ceilings& found) {
    constexpr int least_tries = 3;
    const std::chrono::duration<double> elapsed = Clock::now() - start;
    if (elapsed.count() >= effort.most_seconds) return tries < std::min(least_tries, effort.tries);
    return tries < effort.tries || is_disturbed(found);
  };
  Ceilings best;
  for (int i = 0; may_go_on(i, best); ++i) {
    Ceilings found = empty;
    next("arithmetic");
    found.flops_per_second = measure_flops(kernels, team, effort.seconds);
    found.clock_hz = measure_clock(effort.seconds);
    for (std::size_t level = 0; level < found.memory.size(); ++level) {
      next(fmt::format("reads from {}", found.memory[level].name));
      found.memory[level].bytes_per_second = buffer.measure(kernels, level, team, effort.seconds);
    }
    next("activations");
    found.exp = measure_function(kernels.exp, effort.seconds);
    found.tanh = measure_function(kernels.tanh, effort.seconds);
    found.sigmoid = measure_function(kernels.sigmoid, effort.seconds);
    next("synchronisation");
    if (found.threads > 1) found.flag_round_trip = measure_flag_round_trip(effort.trips);
    found.openmp_region = measure_openmp_region(found.threads, effort.trips);
    best = i == 0 ? found : best_of(best, found);
  }
  return best;
}

}  // namespace lockstep
