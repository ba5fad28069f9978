#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "backends/spec.h"

namespace lockstep {

/// Whose way to lay out the weights of a recurrent layer.
enum class WeightLayout { keras, pytorch, onnx, onednn };

/// The blocks of `units` rows or columns that a kernel is made of, in order and in the layout's own letters:
/// "r z n". Sources: torch.nn.LSTM and GRU (W_ii|W_if|W_ig|W_io, W_ir|W_iz|W_in), the operators LSTM (iofc)
/// and GRU (zrh) of ONNX, and oneDNN's developer guide, RNN primitives (i, f, c~, o; u, r, o).
std::string_view gate_letters(WeightLayout, Cell);
/// Those of PyTorch: which of Keras' blocks (LSTM i f c o; GRU z r h) each is.
std::span<const std::size_t> pytorch_blocks(Cell);

}  // namespace lockstep
