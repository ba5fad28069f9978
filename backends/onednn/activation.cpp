#include "backends/onednn/activation.h"

namespace lockstep::onednn {

using dnnl::algorithm;

Support supports(Activation activation) {
  if (activation == Activation::softsign) return Support::no("oneDNN has no softsign");
  return Support::yes();
}

std::vector<Eltwise> eltwise_chain(Activation activation) {
  switch (activation) {
    case Activation::tanh:
      return {{algorithm::eltwise_tanh, 0, 0}};
    case Activation::sigmoid:
      return {{algorithm::eltwise_logistic, 0, 0}};
    case Activation::hard_sigmoid:
      return {{algorithm::eltwise_linear, 1.0F / 6, 0.5F}, {algorithm::eltwise_clip, 0, 1}};
    case Activation::relu:
      return {{algorithm::eltwise_relu, 0, 0}};
    case Activation::linear:
    case Activation::softmax:
    case Activation::softsign:
      break;
  }
  return {};
}

std::vector<Eltwise> backward_chain(Activation activation) {
  switch (activation) {
    case Activation::tanh:
      return {{algorithm::eltwise_tanh_use_dst_for_bwd, 0, 0}};
    case Activation::sigmoid:
      return {{algorithm::eltwise_logistic_use_dst_for_bwd, 0, 0}};
    case Activation::hard_sigmoid:
      return {{algorithm::eltwise_clip_v2_use_dst_for_bwd, 0, 1}, {algorithm::eltwise_linear, 1.0F / 6, 0}};
    case Activation::relu:
      return {{algorithm::eltwise_relu_use_dst_for_bwd, 0, 0}};
    case Activation::linear:
    case Activation::softmax:
    case Activation::softsign:
      break;
  }
  return {};
}

Support supports_in_simple_rnn(Activation activation) {
  switch (activation) {
    case Activation::tanh:
    case Activation::sigmoid:
    case Activation::relu:
    case Activation::linear:
      return Support::yes();
    default:
      return Support::no("oneDNN's RNN cell computes tanh, sigmoid, relu and linear only");
  }
}

Eltwise simple_rnn_activation(Activation activation) {
  if (activation == Activation::linear) return {algorithm::eltwise_relu, 1, 0};  // negative slope 1
  return eltwise_chain(activation).front();
}

}  // namespace lockstep::onednn
