#include "bench/ceilings/kernels.h"

#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {

extern const Kernels baseline_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels, avx512_kernels;
#endif

namespace {

/// Those that this CPU can run.
std::vector<const Kernels*> kernels_here() {
  std::vector<const Kernels*> all{&baseline_kernels};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all.push_back(&avx2_kernels);
  if (__builtin_cpu_supports("avx512f")) all.push_back(&avx512_kernels);
#endif
  return all;
}

constexpr std::size_t count = 4096;
struct alignas(64) Floats {
  float values[count];
};

TEST(CeilingKernels, TheWidestAreTheLastThatRunHere) {
  EXPECT_EQ(&widest_kernels(), kernels_here().back());
  std::set<std::string> sets;
  for (const Kernels* kernels : kernels_here()) sets.insert(kernels->isa);
  EXPECT_EQ(sets.size(), kernels_here().size());
}

TEST(CeilingKernels, ComputeTheFunctions) {
  struct Function {
    const char* name;
    void (*Kernels::*kernel)(const float*, float*, std::size_t);
    std::function<double(double)> exact;
  };
  const Function functions[] = {
      {"exp", &Kernels::exp, [](double x) { return std::exp(x); }},
      {"tanh", &Kernels::tanh, [](double x) { return std::tanh(x); }},
      {"sigmoid", &Kernels::sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }}};
  Floats x, y;
  for (std::size_t i = 0; i < count; ++i) x.values[i] = -40 + 80 * static_cast<float>(i) / (count - 1);
  for (const Kernels* kernels : kernels_here())
    for (const Function& function : functions) {
      (kernels->*function.kernel)(x.values, y.values, count);
      for (std::size_t i = 0; i < count; ++i)
        ASSERT_FLOAT_EQ(y.values[i], static_cast<float>(function.exact(x.values[i])))
            << function.name << " of " << x.values[i] << ", " << kernels->isa;
    }
}

TEST(CeilingKernels, ReadEveryFloatAsOftenAsTheTotalSays) {
  Floats ones;
  for (float& value : ones.values) value = 1;
  for (const Kernels* kernels : kernels_here())
    for (const std::size_t size : {least_read, 4 * least_read, count}) {
      EXPECT_EQ(kernels->read(ones.values, size, size), static_cast<float>(size)) << kernels->isa;
      EXPECT_EQ(kernels->read(ones.values, size, 3 * size), static_cast<float>(3 * size)) << kernels->isa;
      ones.values[size - 1] = 2;
      EXPECT_EQ(kernels->read(ones.values, size, 3 * size), static_cast<float>(3 * size + 3)) << kernels->isa;
      ones.values[size - 1] = 1;
    }
}

TEST(CeilingKernels, MultiplyAndAddInTwelveChainsAtLeast) {
  for (const Kernels* kernels : kernels_here()) {
    EXPECT_GE(kernels->flops_per_round, 2U * 12 * 4) << kernels->isa;
    const float none = kernels->multiply_add(0), some = kernels->multiply_add(1000);
    EXPECT_GT(some, 0) << kernels->isa;
    EXPECT_LT(some, none) << kernels->isa;  // every number of every chain goes from above 1 towards 1
  }
}

}  // namespace
}  // namespace lockstep
