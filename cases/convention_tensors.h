#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/spec.h"
#include "cases/conventions.h"

namespace lockstep {

/// A tensor in which a convention keeps weights of a layer.
struct ConventionTensor {
  std::string name;                // as in "weight_ih_l0"
  std::vector<std::int64_t> dims;  // of one direction
  std::string gates;               // its blocks, in order; empty: it has none
  std::string made;                // of Keras' weights
};

/// Whether the layout's program has such a layer: torch.nn.RNN (tanh and relu), LSTM and GRU (reset_after);
/// oneDNN's vanilla_rnn (tanh, relu and sigmoid), vanilla_lstm, vanilla_gru and lbr_gru. ONNX is told its
/// activations.
bool has_layer(WeightLayout, const RecurrentSpec&);

/// The tensors of a layer that reads so many features; none where has_layer is false. ONNX and oneDNN have a
/// bias of zeros where the layer has none: it is left out. Sources: as for gate_letters, and torch.nn.Linear,
/// ONNX Gemm with transB=1, oneDNN's inner product.
std::vector<ConventionTensor> tensors_of(WeightLayout, const LayerSpec&, std::int64_t features);

}  // namespace lockstep
