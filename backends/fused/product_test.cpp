#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include "backends/fused/isa_for_test.h"

namespace lockstep::fused {
namespace {

/// Matrices of small whole numbers, whose products float holds without rounding, in memory that ends where
/// they do.
struct ProductSample {
  ProductSample(std::int64_t rows, std::int64_t n, std::int64_t k, bool transposed, std::int64_t gap) {
    of = {rows,    n,       k,       nullptr, transposed ? 1 : k + gap, transposed ? rows + gap : 1, nullptr,
          n + gap, nullptr, n + gap, false};
    a.resize(static_cast<std::size_t>(transposed ? (k - 1) * of.a_k + rows : (rows - 1) * of.a_row + k));
    b.resize(static_cast<std::size_t>((k - 1) * of.b_stride + n));
    c.assign(static_cast<std::size_t>((rows - 1) * of.c_stride + n), between_rows);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(i * 7 % 11) - 5;
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(i * 5 % 13) - 6;
    of.a = a.data(), of.b = b.data(), of.c = c.data();
  }
  /// What c is after it, from plain loops.
  std::vector<float> expected() const {
    std::vector<float> to = c;
    for (std::int64_t i = 0; i < of.rows; ++i)
      for (std::int64_t j = 0; j < of.n; ++j) {
        float& sum = to[static_cast<std::size_t>(i * of.c_stride + j)];
        if (!of.accumulate) sum = 0;
        for (std::int64_t l = 0; l < of.k; ++l)
          sum += of.a[i * of.a_row + l * of.a_k] * of.b[l * of.b_stride + j];
      }
    return to;
  }

  static constexpr float between_rows = 3;
  std::vector<float> a, b, c;
  Product of;
};

class MatrixProduct : public EveryIsa {};

TEST_P(MatrixProduct, IsThatOfPlainLoops) {
  for (const std::int64_t rows : {1, 3, 4, 7, 12, 13, 25})
    for (const std::int64_t n : {1, 4, 9, 16, 24, 31, 40, 100})
      for (const std::int64_t k : {1, 2, 16, 127, 128, 129, 300})
        for (const bool transposed : {false, true})
          for (const std::int64_t gap : {0, 3}) {
            ProductSample sample(rows, n, k, transposed, gap);
            for (const bool accumulate : {false, true}) {
              sample.of.accumulate = accumulate;
              const auto expected = sample.expected();
              kernels().multiply(sample.of);
              ASSERT_EQ(sample.c, expected)
                  << rows << " x " << n << " over " << k << (transposed ? ", transposed" : "") << ", gap "
                  << gap << (accumulate ? ", accumulated" : "");
            }
          }
}

TEST_P(MatrixProduct, IsAddedOnceToWhatIsThere) {
  constexpr float large = 1 << 24;  // from which on 1 is no more than a rounding
  for (const std::int64_t n : {9, 32}) {
    ProductSample sample(7, n, 100, false, 0);
    std::fill(sample.a.begin(), sample.a.end(), 1.0F);
    std::fill(sample.b.begin(), sample.b.end(), 1.0F);
    std::fill(sample.c.begin(), sample.c.end(), large);
    sample.of.accumulate = true;
    kernels().multiply(sample.of);
    EXPECT_THAT(sample.c, ::testing::Each(large + 100));
  }
}

TEST_P(MatrixProduct, ReadsNothingOfWhatItReplaces) {
  ProductSample sample(5, 9, 3, false, 2);
  const auto expected = sample.expected();
  for (std::int64_t i = 0; i < sample.of.rows; ++i)
    std::fill_n(sample.c.data() + i * sample.of.c_stride, sample.of.n,
                std::numeric_limits<float>::quiet_NaN());
  kernels().multiply(sample.of);
  EXPECT_EQ(sample.c, expected);
}

TEST_P(MatrixProduct, OfNoTermsIsZeroOrWhatWasThere) {
  ProductSample sample(4, 9, 1, false, 0);
  sample.of.k = 0;
  sample.of.accumulate = true;
  kernels().multiply(sample.of);
  EXPECT_THAT(sample.c, ::testing::Each(ProductSample::between_rows));
  sample.of.accumulate = false;
  kernels().multiply(sample.of);
  EXPECT_THAT(sample.c, ::testing::Each(0.0F));
}

TEST_P(MatrixProduct, HandsOnNaNInItsRowAlone) {
  ProductSample sample(7, 40, 20, false, 0);
  const auto expected = sample.expected();
  sample.a[2 * 20 + 3] = std::numeric_limits<float>::quiet_NaN();
  kernels().multiply(sample.of);
  for (std::size_t i = 0; i < sample.c.size(); ++i)
    if (i / 40 == 2)
      ASSERT_TRUE(std::isnan(sample.c[i])) << i;
    else
      ASSERT_EQ(sample.c[i], expected[i]) << i;
}

LOCKSTEP_EVERY_ISA(MatrixProduct);

}  // namespace
}  // namespace lockstep::fused
