#include "cases/conventions.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>

namespace lockstep {
namespace {

/// Position by position, the letters of a convention are those of Keras' gates: PyTorch's g and n and
/// oneDNN's o of a GRU are Keras' c and h, oneDNN's u is z.
TEST(Conventions, BlocksAreThoseOfTheLetters) {
  for (const Convention convention :
       {Convention::keras, Convention::pytorch, Convention::onnx, Convention::onednn})
    for (const auto& [cell, keras] :
         {std::pair{Cell::lstm, std::string("ifco")}, std::pair{Cell::gru, std::string("zrh")}}) {
      std::string letters(gate_letters(convention, cell));
      std::erase(letters, ' ');
      for (char& letter : letters) {
        if (cell == Cell::lstm && letter == 'g') letter = 'c';
        if (cell == Cell::gru && (letter == 'n' || letter == 'o')) letter = 'h';
        if (letter == 'u') letter = 'z';
      }
      const auto blocks = gate_blocks(convention, cell);
      ASSERT_EQ(blocks.size(), keras.size());
      std::string named;
      for (const std::size_t block : blocks) named += keras[block];
      EXPECT_EQ(named, letters);
    }
}

}  // namespace
}  // namespace lockstep
