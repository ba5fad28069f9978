#include "cases/conventions.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace lockstep {
namespace {

/// A layout's letters as those of Keras' gates: PyTorch's g and n and oneDNN's o of a GRU are Keras' c and h,
/// oneDNN's u is z.
std::string letters_in_keras(WeightLayout layout, Cell cell) {
  std::string letters(gate_letters(layout, cell));
  std::erase(letters, ' ');
  for (char& letter : letters) {
    if (cell == Cell::lstm && letter == 'g') letter = 'c';
    if (cell == Cell::gru && (letter == 'n' || letter == 'o')) letter = 'h';
    if (letter == 'u') letter = 'z';
  }
  return letters;
}

TEST(Conventions, LettersAreInTheDocumentedOrders) {
  struct Order {
    WeightLayout layout;
    const char *lstm, *gru;
  };
  for (const auto& [layout, lstm, gru] :
       {Order{WeightLayout::keras, "ifco", "zrh"}, Order{WeightLayout::pytorch, "ifco", "rzh"},
        Order{WeightLayout::onnx, "iofc", "zrh"}, Order{WeightLayout::onednn, "ifco", "zrh"}}) {
    EXPECT_EQ(letters_in_keras(layout, Cell::lstm), lstm);
    EXPECT_EQ(letters_in_keras(layout, Cell::gru), gru);
    EXPECT_EQ(letters_in_keras(layout, Cell::simple_rnn), "h");
  }
}

TEST(Conventions, BlocksOfPytorchAreThoseOfItsLetters) {
  for (const auto& [cell, keras] :
       {std::pair{Cell::lstm, std::string("ifco")}, std::pair{Cell::gru, std::string("zrh")},
        std::pair{Cell::simple_rnn, std::string("h")}}) {
    std::string named;
    for (const std::size_t block : pytorch_blocks(cell)) named += keras.at(block);
    EXPECT_EQ(named, letters_in_keras(WeightLayout::pytorch, cell));
  }
}

}  // namespace
}  // namespace lockstep
