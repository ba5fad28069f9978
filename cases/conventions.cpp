#include "cases/conventions.h"

#include <array>

namespace lockstep {
namespace {

constexpr std::array<std::size_t, 4> in_order{0, 1, 2, 3};
constexpr std::array<std::size_t, 4> onnx_lstm{0, 3, 1, 2};  // i o f c
constexpr std::array<std::size_t, 3> pytorch_gru{1, 0, 2};   // r z n

}  // namespace

std::span<const std::size_t> gate_blocks(Convention convention, Cell cell) {
  if (cell == Cell::lstm && convention == Convention::onnx) return onnx_lstm;
  if (cell == Cell::gru && convention == Convention::pytorch) return pytorch_gru;
  const std::size_t gates = cell == Cell::lstm ? 4 : cell == Cell::gru ? 3 : 1;
  return std::span(in_order).first(gates);
}

std::string_view gate_letters(Convention convention, Cell cell) {
  constexpr std::array lstm{"i f c o", "i f g o", "i o f c", "i f c o"};
  constexpr std::array gru{"z r h", "r z n", "z r h", "u r o"};
  const auto place = static_cast<std::size_t>(convention);
  return cell == Cell::simple_rnn ? "h" : cell == Cell::lstm ? lstm[place] : gru[place];
}

}  // namespace lockstep
