#include "cases/conventions.h"

#include <array>

namespace lockstep {
namespace {

constexpr std::array<std::size_t, 4> in_order{0, 1, 2, 3};
constexpr std::array<std::size_t, 3> pytorch_gru{1, 0, 2};  // r z n

}  // namespace

std::span<const std::size_t> pytorch_blocks(Cell cell) {
  if (cell == Cell::gru) return pytorch_gru;
  return std::span(in_order).first(cell == Cell::lstm ? in_order.size() : 1);
}

std::string_view gate_letters(WeightLayout layout, Cell cell) {
  constexpr std::array lstm{"i f c o", "i f g o", "i o f c", "i f c o"};
  constexpr std::array gru{"z r h", "r z n", "z r h", "u r o"};
  const auto place = static_cast<std::size_t>(layout);
  return cell == Cell::simple_rnn ? "h" : cell == Cell::lstm ? lstm[place] : gru[place];
}

}  // namespace lockstep
