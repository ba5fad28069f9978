#include "bench/ceilings/arithmetic.h"

#include <algorithm>
#include <array>

#include "bench/ceilings/rate.h"

namespace lockstep {
namespace {

/// A statement that keeps what a loop computes from being left out.
void keep(float value) {
  [[maybe_unused]] volatile float kept = value;
}

/// So many additions, each of the sum before it. The second number stands in a register: some CPUs add
/// constants without spending a cycle.
void add_in_a_chain(int additions) {
  unsigned long sum = 0, one = 1;
  asm volatile("" : "+r"(one));
  for (int i = 0; i < additions; i += 8) {
#pragma GCC unroll 8
    for (int k = 0; k < 8; ++k) {
      sum += one;
      asm volatile("" : "+r"(sum));
    }
  }
}

}  // namespace

double measure_clock(double seconds) {
  constexpr int additions = 80'000;
  return additions * rate_of(seconds, [] { add_in_a_chain(additions); });
}

OneAndAll measure_flops(const Kernels& kernels, Team& team, double seconds) {
  constexpr std::size_t rounds = 10'000;
  const double flops = static_cast<double>(rounds * kernels.flops_per_round);
  const auto work = [&](int) { keep(kernels.multiply_add(rounds)); };
  const double one = flops * rate_of(seconds, [&] { work(0); });
  return {one, std::max(one, flops * rate_of(seconds, team, work))};
}

double measure_function(void (*function)(const float*, float*, std::size_t), double seconds) {
  constexpr std::size_t count = 1024;
  constexpr int repeats = 50;
  alignas(64) std::array<float, count> x{}, y{};
  for (std::size_t i = 0; i < count; ++i) x[i] = -4 + 8 * static_cast<float>(i) / count;
  const double rate = rate_of(seconds, [&] {
    for (int i = 0; i < repeats; ++i) function(x.data(), y.data(), count);
    keep(y.back());
  });
  return 1 / (rate * repeats * count);
}

}  // namespace lockstep
