#include "bench/ceilings/ceilings.h"

#include <algorithm>
#include <cstddef>

namespace lockstep {
namespace {

OneAndAll higher(const OneAndAll& a, const OneAndAll& b) {
  return {std::max(a.one, b.one), std::max(a.all, b.all)};
}

/// The lower of two costs, of which 0 is unknown.
double cheaper(double a, double b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return std::min(a, b);
}

}  // namespace

double share_of(const OneAndAll& rate, int threads, const Ceilings& ceilings) {
  const double most = std::max(rate.one, rate.all);
  return threads < ceilings.threads ? std::min(threads * rate.one, most) : most;
}

Ceilings best_of(const Ceilings& before, const Ceilings& after) {
  Ceilings best = after;
  best.clock_hz = std::max(before.clock_hz, after.clock_hz);
  best.flops_per_second = higher(before.flops_per_second, after.flops_per_second);
  for (std::size_t i = 0; i < std::min(before.memory.size(), best.memory.size()); ++i)
    best.memory[i].bytes_per_second =
        higher(before.memory[i].bytes_per_second, after.memory[i].bytes_per_second);
  best.flag_round_trip = cheaper(before.flag_round_trip, after.flag_round_trip);
  best.openmp_region = cheaper(before.openmp_region, after.openmp_region);
  best.exp = cheaper(before.exp, after.exp);
  best.tanh = cheaper(before.tanh, after.tanh);
  best.sigmoid = cheaper(before.sigmoid, after.sigmoid);
  return best;
}

}  // namespace lockstep
