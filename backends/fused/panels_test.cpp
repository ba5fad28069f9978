#include "backends/fused/panels.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace lockstep::fused {
namespace {

using ::testing::ElementsAre;

/// Vectors that all blocks fill.
std::int64_t vectors(std::int64_t units, int gates, int lanes) {
  return Panels({0, units}, gates, lanes).width / lanes;
}

TEST(Panels, FillVectorsButTheLast) {
  for (const int lanes : {1, 4, 8, 16})
    for (const int gates : {1, 2, 4})
      for (std::int64_t units = 1; units < 200; ++units)
        EXPECT_EQ(vectors(units, gates, lanes), (gates * units + lanes - 1) / lanes)
            << units << " units, " << gates << " gates, " << lanes << " lanes";
}

TEST(Panels, DoNotComputeEightyUnitsForSixtyFive) {
  EXPECT_EQ(vectors(64, 4, 16), 16);
  EXPECT_EQ(vectors(65, 4, 16), 17);
}

TEST(Panels, CoverTheUnitsInOrder) {
  const Panels panels({8, 29}, 2, 4);
  std::vector<std::int64_t> firsts, units, columns;
  std::vector<int> widths;
  for (const Block& block : panels.blocks) {
    firsts.push_back(block.first);
    units.push_back(block.units);
    columns.push_back(block.column);
    widths.push_back(block.vectors);
  }
  EXPECT_THAT(firsts, ElementsAre(8, 16, 24));
  EXPECT_THAT(units, ElementsAre(8, 8, 5));
  EXPECT_THAT(columns, ElementsAre(0, 16, 32));
  EXPECT_THAT(widths, ElementsAre(4, 4, 3));
  EXPECT_EQ(panels.width, 44);
}

/// Element (i, j) of a matrix of two gates of five units is 100 i + j.
TEST(Panels, PackTheGatesOfAUnitSideBySide) {
  constexpr std::int64_t units = 5, columns = 2 * units, rows = 3;
  std::vector<float> matrix;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) matrix.push_back(static_cast<float>(100 * i + j));
  const Panels panels({0, units}, 2, 2);
  ASSERT_EQ(panels.blocks.size(), 2U);
  const Buffer<float> packed = panels.pack(matrix.data(), rows, columns, {0, units});
  const auto row = [&](std::size_t block, std::int64_t i) {
    const Operand operand = panels.operand(packed, rows, panels.blocks[block], nullptr, i, 1);
    const std::int64_t vectors = panels.blocks[block].vectors, half = 2 * panels.lanes;
    std::vector<float> values(operand.weights, operand.weights + std::min(vectors * panels.lanes, half));
    if (vectors == most_vectors)
      values.insert(values.end(), operand.weights + operand.half_step,
                    operand.weights + operand.half_step + half);
    return values;
  };
  EXPECT_THAT(row(0, 0), ElementsAre(0, 1, 2, 3, 5, 6, 7, 8));
  EXPECT_THAT(row(0, 2), ElementsAre(200, 201, 202, 203, 205, 206, 207, 208));
  EXPECT_THAT(row(1, 1), ElementsAre(104, 109));
}

TEST(RowStride, HoldsAVectorMoreAndKeepsOffPages) {
  for (std::int64_t n = 1; n < 5000; ++n) {
    const std::int64_t stride = row_stride_for(n);
    EXPECT_GE(stride, n + 16);
    EXPECT_EQ(stride % 16, 0);
    EXPECT_NE(stride % 1024, 0);
  }
}

}  // namespace
}  // namespace lockstep::fused
