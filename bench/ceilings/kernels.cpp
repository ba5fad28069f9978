// Compiled once for each instruction set. It includes nothing that another object could share an inline
// function with: the linker would keep one of them, for any of the instruction sets.
#include "bench/ceilings/kernels.h"

namespace lockstep {

extern const Kernels LOCKSTEP_KERNELS;

namespace {

#if defined(__AVX512F__)
constexpr const char* isa = "AVX-512";
constexpr int width = 16, accumulators = 24;
#elif defined(__AVX2__) && defined(__FMA__)
constexpr const char* isa = "AVX2+FMA";
constexpr int width = 8, accumulators = 12;
#elif defined(__x86_64__)
constexpr const char* isa = "SSE2";
constexpr int width = 4, accumulators = 12;
#elif defined(__ARM_NEON)
constexpr const char* isa = "NEON";
constexpr int width = 4, accumulators = 24;
#else
constexpr const char* isa = "scalar";
constexpr int width = 4, accumulators = 12;
#endif

using Vector [[gnu::vector_size(4 * width), gnu::may_alias]] = float;
using Words [[gnu::vector_size(4 * width), gnu::may_alias]] = int;

Vector splat(float value) {
  return value - Vector{};
}

/// A value that the compiler cannot compute with.
float hidden(float value) {
  volatile float seen = value;
  return seen;
}

float sum(const Vector& values) {
  float total = 0;
  for (int i = 0; i < width; ++i) total += values[i];
  return total;
}

float multiply_add(std::size_t rounds) {
  Vector sums[accumulators];  // from different values: the compiler would merge what are equal
  for (int i = 0; i < accumulators; ++i) sums[i] = splat(hidden(1 + 0.01F * static_cast<float>(i)));
  const Vector factor = splat(hidden(0.999F)), term = splat(hidden(0.001F));
  for (std::size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
    for (int i = 0; i < accumulators; ++i) sums[i] = sums[i] * factor + term;
  }
  Vector all = sums[0];
  for (int i = 1; i < accumulators; ++i) all += sums[i];
  return sum(all);
}

float read(const float* from, std::size_t count, std::size_t total) {
  constexpr int vectors = static_cast<int>(least_read) / width;
  constexpr int chains = vectors < 8 ? vectors : 8;
  Vector sums[chains] = {};
  std::size_t at = 0;
  for (std::size_t done = 0; done < total; done += least_read) {
    const auto* const here = reinterpret_cast<const Vector*>(from + at);
#pragma GCC unroll 32
    for (int i = 0; i < vectors; ++i) sums[i % chains] += here[i];
    at = (at + least_read) & (count - 1);
  }
  Vector all = sums[0];
  for (int i = 1; i < chains; ++i) all += sums[i];
  return sum(all);
}

Vector clamped(Vector x, float limit) {
  const Vector low = splat(-limit), high = splat(limit);
  x = x < low ? low : x;
  return x > high ? high : x;
}

Vector exp_of(Vector x) {
  x = clamped(x, 87);
  constexpr float to_whole = 12582912;  // 1.5 * 2^23: what is added to it is rounded to a whole number
  const Vector shifted = x * 1.44269504F + to_whole;
  const Vector power = shifted - to_whole;
  Vector r = x - power * 0.693359375F;
  r = r + power * 2.12194440e-4F;
  Vector p = r * 8.31248518e-3F + 4.1890569e-2F;
  p = p * r + 1.66671157e-1F;
  p = p * r + 4.99992281e-1F;
  p = p * (r * r) + (r + 1.0F);
  return reinterpret_cast<Vector>(reinterpret_cast<Words>(p) + (reinterpret_cast<Words>(shifted) << 23));
}

Vector tanh_of(Vector x) {
  x = clamped(x, 7.99881172F);
  const Vector square = x * x;
  Vector p = square * -2.76076847742355e-16F + 2.00018790482477e-13F;
  p = p * square + -8.60467152213735e-11F;
  p = p * square + 5.12229709037114e-08F;
  p = p * square + 1.48572235717979e-05F;
  p = p * square + 6.37261928875436e-04F;
  p = p * square + 4.89352455891786e-03F;
  Vector q = square * 1.19825839466702e-06F + 1.18534705686654e-04F;
  q = q * square + 2.26843463243900e-03F;
  q = q * square + 4.89352518554385e-03F;
  return x * p / q;
}

Vector sigmoid_of(Vector x) {
  return 1.0F / (1.0F + exp_of(-x));
}

template <class Function>
void map(const Function& function, const float* x, float* y, std::size_t count) {
  for (std::size_t i = 0; i < count; i += width)
    *reinterpret_cast<Vector*>(y + i) = function(*reinterpret_cast<const Vector*>(x + i));
}

void exp_of_all(const float* x, float* y, std::size_t count) {
  map([](Vector one) { return exp_of(one); }, x, y, count);
}
void tanh_of_all(const float* x, float* y, std::size_t count) {
  map([](Vector one) { return tanh_of(one); }, x, y, count);
}
void sigmoid_of_all(const float* x, float* y, std::size_t count) {
  map([](Vector one) { return sigmoid_of(one); }, x, y, count);
}

}  // namespace

const Kernels LOCKSTEP_KERNELS = {.isa = isa,
                                  .multiply_add = multiply_add,
                                  .flops_per_round = std::size_t{2} * width * accumulators,
                                  .read = read,
                                  .exp = exp_of_all,
                                  .tanh = tanh_of_all,
                                  .sigmoid = sigmoid_of_all};

}  // namespace lockstep
