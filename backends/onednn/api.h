#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#if DNNL_CPU_THREADING_RUNTIME == DNNL_RUNTIME_OMP
#include <omp.h>
#elif DNNL_CPU_THREADING_RUNTIME != DNNL_RUNTIME_SEQ
#error "this oneDNN uses another threading runtime: one built for OpenMP, or without threads, is accepted"
#endif

/// What differs between oneDNN 2 and 3 and between its threading runtimes: every #if of this folder is here
/// or in describe.h.
namespace lockstep::onednn {

using Desc = dnnl::memory::desc;

#if DNNL_CPU_THREADING_RUNTIME == DNNL_RUNTIME_OMP
inline constexpr const char* threading = "OpenMP";
/// While it lives, oneDNN creates and runs primitives with one thread in the calling thread. libgomp keeps
/// this setting per thread, so it is to be made in each.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) {
    if (before_ != 1) omp_set_num_threads(1);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() {
    if (before_ != 1) omp_set_num_threads(before_);
  }

 private:
  int before_;
};
#else
inline constexpr const char* threading = "no threads of its own";
struct OneThread {
  OneThread() {}
};
#endif

/// An instruction set as the environment variable ONEDNN_MAX_CPU_ISA spells it, in small letters.
inline const char* name_of(dnnl::cpu_isa isa) {
#define LOCKSTEP_ISA(name) \
  if (isa == dnnl::cpu_isa::name) return #name
  LOCKSTEP_ISA(sse41);
  LOCKSTEP_ISA(avx);
  LOCKSTEP_ISA(avx2);
  LOCKSTEP_ISA(avx2_vnni);
  LOCKSTEP_ISA(avx512_core);
  LOCKSTEP_ISA(avx512_core_vnni);
  LOCKSTEP_ISA(avx512_core_bf16);
  LOCKSTEP_ISA(avx512_core_amx);
#if DNNL_VERSION_MAJOR >= 3
  LOCKSTEP_ISA(avx2_vnni_2);
  LOCKSTEP_ISA(avx512_core_fp16);
  LOCKSTEP_ISA(avx512_core_amx_fp16);
#endif
#undef LOCKSTEP_ISA
  return "of a name unknown here";
}

}  // namespace lockstep::onednn
