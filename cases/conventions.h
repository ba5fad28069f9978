#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "backends/spec.h"

namespace lockstep {

/// Whose way to lay out the weights of a recurrent layer.
enum class Convention { keras, pytorch, onnx, onednn };

/// The blocks of `units` rows or columns that a kernel is made of, in the convention's order: which of Keras'
/// blocks each is (LSTM i f c o; GRU z r h). Sources: torch.nn.LSTM and GRU (W_ii|W_if|W_ig|W_io,
/// W_ir|W_iz|W_in), the operators LSTM (iofc) and GRU (zrh) of ONNX, and oneDNN's developer guide, RNN
/// primitives (i, f, c~, o; u, r, o).
std::span<const std::size_t> gate_blocks(Convention, Cell);
/// The same in the convention's own letters: "r z n".
std::string_view gate_letters(Convention, Cell);

}  // namespace lockstep
