// The sums of products, for kernels.cpp alone, which includes this once per instruction set.
#if defined(LOCKSTEP_FUSED_SUM) == defined(HWY_TARGET_TOGGLE)
#ifdef LOCKSTEP_FUSED_SUM
#undef LOCKSTEP_FUSED_SUM
#else
#define LOCKSTEP_FUSED_SUM
#endif

#include <array>
#include <utility>

#include <hwy/highway.h>

#include "backends/fused/activation-inl.h"
#include "backends/fused/kernels.h"

#define LOCKSTEP_UNROLL _Pragma("GCC unroll 8")
#define LOCKSTEP_INLINE HWY_ATTR __attribute__((always_inline))

HWY_BEFORE_NAMESPACE();
namespace lockstep::fused::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3 || HWY_ARCH_ARM_A64
inline constexpr bool has_32_registers = true;
inline constexpr int flat_rows = 6;  // 24 sums, the 4 weights, 1 value
#else
inline constexpr bool has_32_registers = false;
inline constexpr int flat_rows = 3;  // 12 sums, 1 weight, the 3 values
#endif

/// Else GCC folds the load of a weight into each of the multiply-adds that use it: more loads than a core has
/// ports for.
HWY_INLINE void keep_in_register(V& v) {
#if HWY_TARGET == HWY_AVX3 && defined(__GNUC__)
  asm("" : "+v"(v.raw));  // any of 32
#elif HWY_ARCH_X86_64 && HWY_TARGET != HWY_SCALAR && defined(__GNUC__)
  asm("" : "+x"(v.raw));
#else
  (void)v;
#endif
}

/// Where vector n of a row of N vectors of weights is: four are two halves, `half_step` apart.
template <int N>
HWY_INLINE const float* vector_of(const float* HWY_RESTRICT weights, std::int64_t half_step, int n) {
  if constexpr (N == 4)
    return weights + n / 2 * half_step + n % 2 * lanes;
  else
    return weights + n * lanes;
}

/// sums[r] += values[r][k] * weights, a row of N vectors, on the boundary of one or not.
template <int R, int N, bool at_boundary = true>
HWY_INLINE void multiply_add(V (&sums)[R][N], const float* const (&values)[R], std::int64_t k,
                             const float* HWY_RESTRICT weights, std::int64_t half_step) {
  const auto vector = [weights, half_step](int n) HWY_ATTR {
    if constexpr (at_boundary)
      return hn::Load(D(), vector_of<N>(weights, half_step, n));
    else
      return hn::LoadU(D(), vector_of<N>(weights, half_step, n));
  };
  if constexpr (has_32_registers || R == 1 || R > flat_rows) {  // hold the weights, one value at a time
    V w[N];
    LOCKSTEP_UNROLL for (int n = 0; n < N; ++n) {
      w[n] = vector(n);
      if constexpr (R > 1) keep_in_register(w[n]);
    }
    LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) {
      const V value = constant(values[r][k]);
      LOCKSTEP_UNROLL for (int n = 0; n < N; ++n) sums[r][n] = hn::MulAdd(value, w[n], sums[r][n]);
    }
  } else {  // hold the values, one weight at a time
    V value[R];
    LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) value[r] = constant(values[r][k]);
    LOCKSTEP_UNROLL for (int n = 0; n < N; ++n) {
      V w = vector(n);
      keep_in_register(w);
      LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) sums[r][n] = hn::MulAdd(value[r], w, sums[r][n]);
    }
  }
}

/// A multiply-add takes some four cycles and two begin in each: fewer sums than eight are kept in several
/// sets, for every second or fourth k.
template <int R, int N>
inline constexpr int sum_sets = R* N <= 2   ? 4
                                : R* N <= 4 ? 2
                                            : 1;

/// Some rows of weights: `step` from one to the next.
struct WeightRows {
  const float* HWY_RESTRICT first;
  std::int64_t step, half_step;
};

/// sums[r] += values[r] · weights, with `value_step` from one value of a row to the next.
template <int R, int N, bool at_boundary>
HWY_INLINE void add(V (&sums)[R][N], const float* const (&values)[R], std::int64_t value_step,
                    const WeightRows& rows, std::int64_t count) {
  constexpr int sets = sum_sets<R, N>;
  const float* HWY_RESTRICT weights = rows.first;
  const std::int64_t step = rows.step, half_step = rows.half_step;
  std::int64_t k = 0, at = 0;
  if constexpr (sets > 1) {
    V more[sets - 1][R][N];
    LOCKSTEP_UNROLL for (int s = 0; s < sets - 1; ++s) LOCKSTEP_UNROLL for (int r = 0; r < R; ++r)
        LOCKSTEP_UNROLL for (int n = 0; n < N; ++n) more[s][r][n] = constant(0.0F);
    for (; k + sets <= count; k += sets, at += sets * value_step, weights += sets * step) {
      multiply_add<R, N, at_boundary>(sums, values, at, weights, half_step);
      LOCKSTEP_UNROLL for (int s = 1; s < sets; ++s) multiply_add<R, N, at_boundary>(
          more[s - 1], values, at + s * value_step, weights + s * step, half_step);
    }
    LOCKSTEP_UNROLL for (int s = 0; s < sets - 1; ++s) LOCKSTEP_UNROLL for (int r = 0; r < R; ++r)
        LOCKSTEP_UNROLL for (int n = 0; n < N; ++n) sums[r][n] = hn::Add(sums[r][n], more[s][r][n]);
  }
  for (; k < count; ++k, at += value_step, weights += step)
    multiply_add<R, N, at_boundary>(sums, values, at, weights, half_step);
}
/// To M vectors of packed N, from number `first` on.
template <int N, int R, int M>
HWY_INLINE void add_packed(V (&sums)[R][M], const float* const (&values)[R], const float* weights,
                           std::int64_t half_step, std::int64_t count, int first) {
  const WeightRows rows{vector_of<N>(weights, half_step, first), (N == 4 ? 2 : N) * lanes, half_step};
  add<R, M, true>(sums, values, 1, rows, count);
}

/// use(some, first): with all vectors of the sums, or with some from number `first` on, as many as stay in
/// registers.
template <int first, int count, int R, int N, class Use>
HWY_INLINE void with_vectors(V (&sums)[R][N], Use& use) {
  V some[R][count];
  use(some, first);
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) LOCKSTEP_UNROLL for (int n = 0; n < count; ++n)
      sums[r][first + n] = some[r][n];
}
template <int R, int N, class Use>
HWY_INLINE void compute_in_registers(V (&sums)[R][N], Use&& use) {
  if constexpr (R <= flat_rows || N <= 2) {
    use(sums, 0);
  } else {
    with_vectors<0, 2>(sums, use);
    with_vectors<2, N - 2>(sums, use);
  }
}

template <int R, int N>
HWY_INLINE void start_with(V (&sums)[R][N], const float* from, std::int64_t stride) {
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) LOCKSTEP_UNROLL for (int n = 0; n < N; ++n) sums[r][n] =
      hn::LoadU(D(), from + r * stride + n * lanes);
}

template <int R, int N>
void sum(const SumTile& tile) {
  V sums[R][N];
  compute_in_registers(sums, [&tile](auto& some, int first) LOCKSTEP_INLINE {
    start_with(some, tile.start + first * lanes, tile.start_stride);
    for (std::int64_t i = 0; i < tile.operand_count; ++i) {
      const Operand& operand = tile.operands[i];
      const float* values[R];
      LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) values[r] = operand.rows[tile.row + r] + operand.first;
      add_packed<N>(some, values, operand.weights, operand.half_step, operand.k, first);
    }
  });
  float* const to = tile.sums;
  const std::int64_t stride = tile.sums_stride;
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) LOCKSTEP_UNROLL for (int n = 0; n < N; ++n)
      hn::StoreU(sums[r][n], D(), to + r * stride + n * lanes);
}

template <int N, int... R>
constexpr std::array<Sum, most_rows> sums_of_vectors(std::integer_sequence<int, R...>) {
  return {&sum<R + 1, N>...};
}
template <int... N>
constexpr std::array<std::array<Sum, most_rows>, most_vectors> all_sums(std::integer_sequence<int, N...>) {
  return {sums_of_vectors<N + 1>(std::make_integer_sequence<int, most_rows>())...};
}

}  // namespace lockstep::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#undef LOCKSTEP_UNROLL
#undef LOCKSTEP_INLINE
#endif
