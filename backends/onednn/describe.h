#pragma once

#include "backends/onednn/api.h"

/// How primitives are described in oneDNN 2 and in oneDNN 3.
namespace lockstep::onednn {

/// What a recurrent primitive reads and writes; a zero Desc where it is not wanted.
struct RecurrentDescs {
  Desc src_layer, src_iter, src_iter_c, weights_layer, weights_iter, bias, dst_layer, dst_iter, dst_iter_c;
};
/// An elementwise operation; alpha and beta as dnnl_eltwise_desc_t explains them.
struct Eltwise {
  dnnl::algorithm algorithm;
  float alpha, beta;
};

/// The descriptor of a forward primitive, its arguments in the library's order.
template <class Primitive, class... Args>
auto describe_forward(dnnl::prop_kind kind, const dnnl::engine& engine,
                      const dnnl::primitive_attr& attributes, const Args&... args) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(engine, kind, args..., attributes);
#else
  const typename Primitive::desc operation(kind, args...);
  return typename Primitive::primitive_desc(operation, attributes, engine);
#endif
}
template <class Primitive, class... Args>
dnnl::primitive_desc describe(const dnnl::engine& engine, const dnnl::primitive_attr& attributes,
                              const Args&... args) {
  return describe_forward<Primitive>(dnnl::prop_kind::forward_inference, engine, attributes, args...);
}
template <class Primitive, class... Args>
auto describe_training(const dnnl::engine& engine, const dnnl::primitive_attr& attributes,
                       const Args&... args) {
  return describe_forward<Primitive>(dnnl::prop_kind::forward_training, engine, attributes, args...);
}
/// The descriptor of the backward primitive that belongs to a forward one of training.
template <class Primitive, class Forward, class... Args>
dnnl::primitive_desc describe_backward(const dnnl::engine& engine, const dnnl::primitive_attr& attributes,
                                       const Forward& forward, const Args&... args) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(engine, args..., forward, attributes);
#else
  const typename Primitive::desc operation(args...);
  return typename Primitive::primitive_desc(operation, attributes, engine, forward);
#endif
}

/// A simple RNN cell with this activation; alpha is the negative slope of eltwise_relu.
inline auto describe_simple_rnn(dnnl::prop_kind kind, const dnnl::engine& engine,
                                const dnnl::primitive_attr& attributes, const Eltwise& activation,
                                const RecurrentDescs& d) {
  return describe_forward<dnnl::vanilla_rnn_forward>(
      kind, engine, attributes, activation.algorithm, dnnl::rnn_direction::unidirectional_left2right,
      d.src_layer, d.src_iter, d.weights_layer, d.weights_iter, d.bias, d.dst_layer, d.dst_iter,
#if DNNL_VERSION_MAJOR < 3
      dnnl::rnn_flags::undef,
#endif
      activation.alpha);
}
/// `diff` describes the gradients of what `d` describes.
inline dnnl::primitive_desc describe_simple_rnn_backward(
    const dnnl::engine& engine, const dnnl::primitive_attr& attributes,
    const dnnl::vanilla_rnn_forward::primitive_desc& forward, const Eltwise& activation,
    const RecurrentDescs& d, const RecurrentDescs& diff) {
  return describe_backward<dnnl::vanilla_rnn_backward>(
      engine, attributes, forward, dnnl::prop_kind::backward, activation.algorithm,
      dnnl::rnn_direction::unidirectional_left2right, d.src_layer, d.src_iter, d.weights_layer,
      d.weights_iter, d.bias, d.dst_layer, d.dst_iter, diff.src_layer, diff.src_iter, diff.weights_layer,
      diff.weights_iter, diff.bias, diff.dst_layer, diff.dst_iter,
#if DNNL_VERSION_MAJOR < 3
      dnnl::rnn_flags::undef,
#endif
      activation.alpha);
}

/// From `data` to `data`, which may be the same memory.
inline auto describe_eltwise(dnnl::prop_kind kind, const dnnl::engine& engine,
                             const dnnl::primitive_attr& attributes, const Eltwise& eltwise,
                             const Desc& data) {
  return describe_forward<dnnl::eltwise_forward>(kind, engine, attributes, eltwise.algorithm,
#if DNNL_VERSION_MAJOR >= 3
                                                 data,
#endif
                                                 data, eltwise.alpha, eltwise.beta);
}
inline dnnl::primitive_desc describe_eltwise_backward(const dnnl::engine& engine,
                                                      const dnnl::primitive_attr& attributes,
                                                      const Eltwise& eltwise, const Desc& data) {
  const auto forward = describe_eltwise(dnnl::prop_kind::forward_training, engine, attributes, eltwise, data);
  return describe_backward<dnnl::eltwise_backward>(engine, attributes, forward, eltwise.algorithm,
#if DNNL_VERSION_MAJOR >= 3
                                                   data,
#endif
                                                   data, data, eltwise.alpha, eltwise.beta);
}

inline auto describe_softmax(dnnl::prop_kind kind, const dnnl::engine& engine,
                             const dnnl::primitive_attr& attributes, const Desc& data, int axis) {
  return describe_forward<dnnl::softmax_forward>(kind, engine, attributes,
#if DNNL_VERSION_MAJOR >= 3
                                                 dnnl::algorithm::softmax_accurate, data,
#endif
                                                 data, axis);
}
inline dnnl::primitive_desc describe_softmax_backward(const dnnl::engine& engine,
                                                      const dnnl::primitive_attr& attributes,
                                                      const Desc& data, int axis) {
  const auto forward = describe_softmax(dnnl::prop_kind::forward_training, engine, attributes, data, axis);
  return describe_backward<dnnl::softmax_backward>(engine, attributes, forward,
#if DNNL_VERSION_MAJOR >= 3
                                                   dnnl::algorithm::softmax_accurate, data,
#endif
                                                   data, data, axis);
}

inline void append(dnnl::post_ops& chain, const Eltwise& eltwise) {
  chain.append_eltwise(
#if DNNL_VERSION_MAJOR < 3
      1.0F,
#endif
      eltwise.algorithm, eltwise.alpha, eltwise.beta);
}

}  // namespace lockstep::onednn
