// Products of plain matrices, for kernels.cpp alone, which includes this once per instruction set.
#if defined(LOCKSTEP_FUSED_PRODUCT) == defined(HWY_TARGET_TOGGLE)
#ifdef LOCKSTEP_FUSED_PRODUCT
#undef LOCKSTEP_FUSED_PRODUCT
#else
#define LOCKSTEP_FUSED_PRODUCT
#endif

#include <algorithm>
#include <array>
#include <utility>

#include <hwy/highway.h>

#include "backends/fused/sum-inl.h"
#include "backends/fused/tiles.h"

#define LOCKSTEP_UNROLL _Pragma("GCC unroll 8")

HWY_BEFORE_NAMESPACE();
namespace lockstep::fused::HWY_NAMESPACE {

/// Rows of the left matrix that are summed at once over N vectors of columns: with few vectors more rows, as
/// more sums hide what a multiply-add takes.
template <int N>
inline constexpr int product_rows = N <= 2 ? most_rows : flat_rows;

/// A part of a product whose sums stay in registers: some rows, N vectors of columns, some of k.
struct ProductTile {
  const float* a = nullptr;
  std::int64_t a_row = 0, a_k = 0;
  const float* b = nullptr;
  std::int64_t b_stride = 0;
  std::int64_t k = 0;
  float* c = nullptr;
  std::int64_t c_stride = 0;
  bool accumulate = false;
};

template <int R, int N>
void product_tile(const ProductTile& tile) {
  V sums[R][N];
  const float* values[R];
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) {
    LOCKSTEP_UNROLL for (int n = 0; n < N; ++n) sums[r][n] = constant(0.0F);
    values[r] = tile.a + r * tile.a_row;
  }
  add<R, N, false>(sums, values, tile.a_k, {tile.b, tile.b_stride, 2 * lanes}, tile.k);
  LOCKSTEP_UNROLL for (int r = 0; r < R; ++r) LOCKSTEP_UNROLL for (int n = 0; n < N; ++n) {
    float* const c = tile.c + r * tile.c_stride + n * lanes;
    // Once: were each product added to what is there, each sum would be rounded at the size of that.
    if (tile.accumulate) sums[r][n] = hn::Add(sums[r][n], hn::LoadU(D(), c));
    hn::StoreU(sums[r][n], D(), c);
  }
}

using MultiplyTile = void (*)(const ProductTile&);
template <int N, int... R>
constexpr std::array<MultiplyTile, most_rows> product_tiles_of_vectors(std::integer_sequence<int, R...>) {
  return {&product_tile<R + 1, N>...};
}
template <int... N>
constexpr auto all_product_tiles(std::integer_sequence<int, N...>) {
  return std::array{
      product_tiles_of_vectors<N + 1>(std::make_integer_sequence<int, product_rows<N + 1>>())...};
}
inline constexpr auto product_tiles = all_product_tiles(std::make_integer_sequence<int, most_vectors>());
inline constexpr std::array<int, most_vectors> rows_of_product_tiles = {product_rows<1>, product_rows<2>,
                                                                        product_rows<3>, product_rows<4>};

inline constexpr std::int64_t most_columns = most_vectors * lanes;
/// So many of k at once: the columns that go with them take 16 KiB, which stay in the first cache.
inline constexpr std::int64_t product_depth = 4096 / most_columns;

/// to [k, width] = from [k, columns], with zeros behind.
static void pack_columns(const float* from, std::int64_t stride, std::int64_t k, std::int64_t columns,
                         float* to, std::int64_t width) {
  for (std::int64_t i = 0; i < k; ++i, from += stride, to += width)
    std::fill(std::copy_n(from, columns, to), to + width, 0.0F);
}

/// A tile of which not all columns are there.
static void multiply_at_edge(MultiplyTile multiply_tile, ProductTile tile, std::int64_t rows,
                             std::int64_t columns, std::int64_t width) {
  HWY_ALIGN float whole[most_rows * most_columns];
  float* const c = tile.c;
  const std::int64_t c_stride = tile.c_stride;
  for (std::int64_t r = 0; tile.accumulate && r < rows; ++r)
    std::fill(std::copy_n(c + r * c_stride, columns, whole + r * width), whole + (r + 1) * width, 0.0F);
  tile.c = whole;
  tile.c_stride = width;
  multiply_tile(tile);
  for (std::int64_t r = 0; r < rows; ++r) std::copy_n(whole + r * width, columns, c + r * c_stride);
}

static void multiply(const Product& product) {
  constexpr std::int64_t few_rows = 4 * flat_rows;  // too few to be worth a copy of the columns
  HWY_ALIGN float panel[product_depth * most_columns];
  const std::int64_t vectors = (product.n + lanes - 1) / lanes;
  std::int64_t first_k = 0;
  do {
    ProductTile tile;
    tile.a_row = product.a_row;
    tile.a_k = product.a_k;
    tile.k = std::min(product_depth, product.k - first_k);
    tile.c_stride = product.c_stride;
    tile.accumulate = product.accumulate || first_k > 0;
    for_each_tile(vectors, most_vectors, [&](const Slice& block) {
      const std::int64_t first = block.begin * lanes, width = block.size() * lanes;
      const std::int64_t columns = std::min(width, product.n - first);
      const float* const b = product.b + first_k * product.b_stride + first;
      const bool is_whole = columns == width;
      tile.b = is_whole && product.rows <= few_rows ? b : panel;
      tile.b_stride = tile.b == panel ? width : product.b_stride;
      if (tile.b == panel) pack_columns(b, product.b_stride, tile.k, columns, panel, width);
      const auto index = static_cast<std::size_t>(block.size() - 1);
      for_each_tile(product.rows, rows_of_product_tiles[index], [&](const Slice& rows) {
        const MultiplyTile multiply_tile = product_tiles[index][static_cast<std::size_t>(rows.size() - 1)];
        tile.a = product.a + rows.begin * product.a_row + first_k * product.a_k;
        tile.c = product.c + rows.begin * product.c_stride + first;
        if (is_whole)
          multiply_tile(tile);
        else
          multiply_at_edge(multiply_tile, tile, rows.size(), columns, width);
      });
    });
    first_k += product_depth;
  } while (first_k < product.k);
}

}  // namespace lockstep::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#undef LOCKSTEP_UNROLL
#endif
