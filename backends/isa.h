#pragma once

namespace lockstep {

/// Null, or what this code was compiled for and this CPU lacks. To be asked before any other code of the
/// binary runs.
inline const char* missing_isa() {
#if defined(__x86_64__)
#ifdef __AVX512F__
  if (!__builtin_cpu_supports("avx512f")) return "compiled for AVX-512, which this CPU lacks: build again";
#endif
#ifdef __AVX2__
  if (!__builtin_cpu_supports("avx2")) return "compiled for AVX2, which this CPU lacks: build again";
#endif
#ifdef __FMA__
  if (!__builtin_cpu_supports("fma")) return "compiled for FMA, which this CPU lacks: build again";
#endif
#endif
  return nullptr;
}

/// The widest vector instruction set that this code was compiled for.
inline const char* compiled_isa() {
#if defined(__AVX512F__)
  return "AVX-512";
#elif defined(__AVX2__) && defined(__FMA__)
  return "AVX2+FMA";
#elif defined(__x86_64__)
  return "SSE2";
#elif defined(__ARM_NEON)
  return "NEON";
#else
  return "scalar";
#endif
}

}  // namespace lockstep
