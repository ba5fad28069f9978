// Activations on vectors, for kernels.cpp alone, which includes this once per instruction set.
#if defined(LOCKSTEP_FUSED_ACTIVATION) == defined(HWY_TARGET_TOGGLE)
#ifdef LOCKSTEP_FUSED_ACTIVATION
#undef LOCKSTEP_FUSED_ACTIVATION
#else
#define LOCKSTEP_FUSED_ACTIVATION
#endif

#include <cstdint>
#include <limits>

#include <hwy/highway.h>

#include "backends/spec.h"

HWY_BEFORE_NAMESPACE();
/// Without branches and without gathers. exp, tanh and sigmoid err by at most 3 ulp, and where the result is
/// below the normal floats by less than the smallest of them: activation_errors.cpp looks at every float. NaN
/// stays NaN: of Min and Max the second operand is what a NaN in either makes of them on x86.
namespace lockstep::fused::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
inline constexpr std::int64_t lanes = HWY_LANES(float);

HWY_INLINE V constant(float x) {
  return hn::Set(D(), x);
}

/// e^x as polynomial * 2^n, by x = n ln(2) + r, |r| <= ln(2) / 2 (Cody and Waite, in two parts).
struct Exponential {
  V r, scale;  // scale: 2^n
};
HWY_INLINE Exponential split(V x) {
  const hn::RebindToSigned<D> as_int;
  // 1.5 * 2^23 + 127: adding it leaves n + 127, the exponent of 2^n, in the low bits.
  const V rounder = constant(12583039.0F);
  const V shifted = hn::MulAdd(x, constant(1.44269504F), rounder);
  const V n = hn::Sub(shifted, rounder);
  V r = hn::NegMulAdd(n, constant(0.693145752F), x);
  r = hn::NegMulAdd(n, constant(1.42860677e-6F), r);
  return {r, hn::BitCast(D(), hn::ShiftLeft<23>(hn::BitCast(as_int, shifted)))};
}
/// (e^r - 1 - r) / r^2, a minimax fit: the relative error of e^r - 1 is below 2^-26.
HWY_INLINE V polynomial(V r) {
  V p = hn::MulAdd(constant(1.38706574e-3F), r, constant(8.36626161e-3F));
  p = hn::MulAdd(p, r, constant(4.16674353e-2F));
  p = hn::MulAdd(p, r, constant(1.66665465e-1F));
  return hn::MulAdd(p, r, constant(0.49999997F));
}
HWY_INLINE V exp_of(V r) {
  return hn::MulAdd(hn::MulAdd(polynomial(r), r, constant(1.0F)), r, constant(1.0F));
}
HWY_INLINE V expm1_of(V r) {
  return hn::MulAdd(hn::Mul(polynomial(r), r), r, r);
}
/// What `split` can take: below it e^x is 0, above it infinite.
HWY_INLINE V limited(V x) {
  return hn::Max(constant(-88.0F), hn::Min(constant(89.0F), x));
}

HWY_INLINE V exp(V x) {
  const Exponential e = split(limited(x));
  return hn::Mul(exp_of(e.r), e.scale);
}

/// 1 + e^-x.
HWY_INLINE V sigmoid_divisor(V x) {
  const Exponential e = split(limited(hn::Neg(x)));
  return hn::MulAdd(exp_of(e.r), e.scale, constant(1.0F));
}
HWY_INLINE V sigmoid(V x) {
  return hn::Div(constant(1.0F), sigmoid_divisor(x));
}

/// m = e^2|x| - 1, right to its last bits near 0, too: tanh |x| is m / (m + 2).
HWY_INLINE V tanh_dividend(V x) {
  const V magnitude = hn::Min(constant(10.0F), hn::Abs(x));  // from 9.01 on tanh is 1
  const Exponential e = split(hn::Add(magnitude, magnitude));
  return hn::MulAdd(expm1_of(e.r), e.scale, hn::Sub(e.scale, constant(1.0F)));
}
HWY_INLINE V tanh(V x) {
  const V m = tanh_dividend(x);
  return hn::CopySignToAbs(hn::Div(m, hn::Add(m, constant(2.0F))), x);
}

/// sigmoid(gate) y and sigmoid(gate) tanh(x), by one division each.
HWY_INLINE V gated(V gate, V y) {
  return hn::Div(y, sigmoid_divisor(gate));
}
HWY_INLINE V gated_tanh(V gate, V x) {
  const V m = tanh_dividend(x);
  const V divisor = hn::Mul(sigmoid_divisor(gate), hn::Add(m, constant(2.0F)));
  return hn::CopySignToAbs(hn::Div(m, divisor), x);
}

HWY_INLINE V hard_sigmoid(V x) {
  const V y = hn::MulAdd(x, constant(1.0F / 6.0F), constant(0.5F));
  return hn::Min(constant(1.0F), hn::Max(constant(0.0F), y));
}
HWY_INLINE V linear(V x) {
  return x;
}
HWY_INLINE V relu(V x) {
  return hn::Max(constant(0.0F), x);
}
HWY_INLINE V softsign(V x) {
  return hn::Div(x, hn::Add(constant(1.0F), hn::Abs(x)));
}

/// Any but softmax, which is not elementwise.
static HWY_NOINLINE V activated(Activation activation, V x) {
  switch (activation) {
    case Activation::tanh:
      return tanh(x);
    case Activation::sigmoid:
      return sigmoid(x);
    case Activation::hard_sigmoid:
      return hard_sigmoid(x);
    case Activation::relu:
      return relu(x);
    case Activation::softsign:
      return softsign(x);
    case Activation::linear:
    case Activation::softmax:
      break;
  }
  return x;
}

/// The first n < lanes of them; the others are 0.
HWY_INLINE V load_some(const float* from, std::int64_t n) {
  HWY_ALIGN float some[lanes] = {};
  for (std::int64_t i = 0; i < n; ++i) some[i] = from[i];
  return hn::Load(D(), some);
}
HWY_INLINE void store_some(V x, std::int64_t n, float* to) {
  HWY_ALIGN float all[lanes];
  hn::Store(x, D(), all);
  for (std::int64_t i = 0; i < n; ++i) to[i] = all[i];
}
/// Up to n of them.
HWY_INLINE void store_up_to(V x, std::int64_t n, float* to) {
  if (HWY_LIKELY(n >= lanes))
    hn::StoreU(x, D(), to);
  else
    store_some(x, n, to);
}

template <V (*function)(V)>
void apply(const float* from, std::int64_t n, float* to) {
  std::int64_t j = 0;
  for (; j + lanes <= n; j += lanes) hn::StoreU(function(hn::LoadU(D(), from + j)), D(), to + j);
  if (j < n) store_some(function(load_some(from + j, n - j)), n - j, to + j);
}

/// Any but softmax, which leaves them as they are.
static void activate_all(Activation activation, const float* from, std::int64_t n, float* to) {
  switch (activation) {
    case Activation::tanh:
      return apply<tanh>(from, n, to);
    case Activation::sigmoid:
      return apply<sigmoid>(from, n, to);
    case Activation::hard_sigmoid:
      return apply<hard_sigmoid>(from, n, to);
    case Activation::relu:
      return apply<relu>(from, n, to);
    case Activation::softsign:
      return apply<softsign>(from, n, to);
    case Activation::linear:
    case Activation::softmax:
      break;
  }
  apply<linear>(from, n, to);
}

static void exp_all(float* values, std::int64_t n) {
  apply<exp>(values, n, values);
}

/// NaN counts or does not.
static float largest(const float* row, std::int64_t n) {
  float top = row[0];
  std::int64_t j = 0;
  if (n >= lanes) {
    V tops = hn::LoadU(D(), row);
    for (j = lanes; j + lanes <= n; j += lanes) tops = hn::Max(tops, hn::LoadU(D(), row + j));
    HWY_ALIGN float all[lanes];
    hn::Store(tops, D(), all);
    for (const float one : all) top = one > top ? one : top;
  }
  for (; j < n; ++j) top = row[j] > top ? row[j] : top;
  return top;
}

/// In place, shifted by the largest value.
static void softmax(float* row, std::int64_t n) {
  const V top = constant(largest(row, n));
  V sums = constant(0.0F);
  std::int64_t j = 0;
  for (; j + lanes <= n; j += lanes) {
    const V e = exp(hn::Sub(hn::LoadU(D(), row + j), top));
    hn::StoreU(e, D(), row + j);
    sums = hn::Add(sums, e);
  }
  HWY_ALIGN float parts[lanes];
  hn::Store(sums, D(), parts);
  float sum = 0;
  for (const float part : parts) sum += part;
  if (j < n) {
    store_some(exp(hn::Sub(load_some(row + j, n - j), top)), n - j, row + j);
    for (std::int64_t i = j; i < n; ++i) sum += row[i];
  }
  for (std::int64_t i = 0; i < n; ++i) row[i] /= sum;
}

static void activate(Activation activation, float* row, std::int64_t n) {
  if (activation == Activation::softmax) return softmax(row, n);
  if (activation != Activation::linear) activate_all(activation, row, n, row);
}

static void finish(Activation activation, const float* sums, std::int64_t stride, std::int64_t rows,
                   std::int64_t n, float* const* to, std::int64_t first) {
  for (std::int64_t i = 0; i < rows; ++i) activate_all(activation, sums + i * stride, n, to[i] + first);
}

}  // namespace lockstep::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
