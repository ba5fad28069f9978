#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#if DNNL_CPU_THREADING_RUNTIME == DNNL_RUNTIME_OMP
#include <omp.h>
#elif DNNL_CPU_THREADING_RUNTIME != DNNL_RUNTIME_SEQ
#error "this oneDNN uses another threading runtime: one built for OpenMP, or without threads, is accepted"
#endif

/// What differs between oneDNN 2 and 3 and between its threading runtimes: every #if of this folder is here.
namespace lockstep::onednn {

using Desc = dnnl::memory::desc;

/// What a recurrent primitive reads and writes; a zero Desc where it is not wanted.
struct RecurrentDescs {
  Desc src_layer, src_iter, src_iter_c, weights_layer, weights_iter, bias, dst_layer, dst_iter, dst_iter_c;
};
/// An elementwise operation; alpha and beta as dnnl_eltwise_desc_t explains them.
struct Eltwise {
  dnnl::algorithm algorithm;
  float alpha, beta;
};

/// The descriptor of a forward inference primitive, its arguments in the library's order.
template <class Primitive, class... Args>
dnnl::primitive_desc describe(const dnnl::engine& engine, const dnnl::primitive_attr& attributes,
                              const Args&... args) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(engine, dnnl::prop_kind::forward_inference, args..., attributes);
#else
  const typename Primitive::desc operation(dnnl::prop_kind::forward_inference, args...);
  return typename Primitive::primitive_desc(operation, attributes, engine);
#endif
}

/// A simple RNN cell with this activation; alpha is the negative slope of eltwise_relu.
inline dnnl::primitive_desc describe_simple_rnn(const dnnl::engine& engine,
                                                const dnnl::primitive_attr& attributes,
                                                const Eltwise& activation, const RecurrentDescs& d) {
  return describe<dnnl::vanilla_rnn_forward>(
      engine, attributes, activation.algorithm, dnnl::rnn_direction::unidirectional_left2right, d.src_layer,
      d.src_iter, d.weights_layer, d.weights_iter, d.bias, d.dst_layer, d.dst_iter,
#if DNNL_VERSION_MAJOR < 3
      dnnl::rnn_flags::undef,
#endif
      activation.alpha);
}

/// From `data` to `data`, which may be the same memory.
inline dnnl::primitive_desc describe_eltwise(const dnnl::engine& engine,
                                             const dnnl::primitive_attr& attributes, const Eltwise& eltwise,
                                             const Desc& data) {
  return describe<dnnl::eltwise_forward>(engine, attributes, eltwise.algorithm,
#if DNNL_VERSION_MAJOR >= 3
                                         data,
#endif
                                         data, eltwise.alpha, eltwise.beta);
}

inline dnnl::primitive_desc describe_softmax(const dnnl::engine& engine,
                                             const dnnl::primitive_attr& attributes, const Desc& data,
                                             int axis) {
  return describe<dnnl::softmax_forward>(engine, attributes,
#if DNNL_VERSION_MAJOR >= 3
                                         dnnl::algorithm::softmax_accurate, data,
#endif
                                         data, axis);
}

inline void append(dnnl::post_ops& chain, const Eltwise& eltwise) {
  chain.append_eltwise(
#if DNNL_VERSION_MAJOR < 3
      1.0F,
#endif
      eltwise.algorithm, eltwise.alpha, eltwise.beta);
}

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
