#pragma once

#include <cstddef>

namespace lockstep {

/// The loops that ceilings are measured with, compiled for one instruction set. One thread runs each; what
/// they return only keeps the compiler from leaving them out.
struct Kernels {
  const char* isa;

  /// So many rounds of multiply-adds on registers, `flops_per_round` in each.
  float (*multiply_add)(std::size_t rounds);
  std::size_t flops_per_round;

  /// Reads floats in order, from the start again after `count`, until it has read `total`. `from` is aligned
  /// to 64 bytes, `count` a power of two of at least `least_read`, `total` a multiple of that.
  float (*read)(const float* from, std::size_t count, std::size_t total);

  /// y = f(x) of `count` floats, a multiple of 16, aligned to 64 bytes; to within 4 ulp for |x| up to 40.
  /// exp: a power of two times a polynomial of degree 5, whose largest relative error on the half octave
  /// around 1 is 1.1e-7. tanh: a quotient of polynomials of degrees 13 and 6 (as in Eigen and MLAS). sigmoid:
  /// 1 / (1 + exp(-x)).
  void (*exp)(const float* x, float* y, std::size_t count);
  void (*tanh)(const float* x, float* y, std::size_t count);
  void (*sigmoid)(const float* x, float* y, std::size_t count);
};

inline constexpr std::size_t least_read = 128;

/// Those for the widest instruction set that this CPU has, whatever the program was compiled for: the
/// libraries choose theirs the same way.
const Kernels& widest_kernels();

}  // namespace lockstep
