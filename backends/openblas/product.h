#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <cblas.h>

/// The matrix product in the form in which OpenBLAS is fastest at its size: gemm packs its operands at every
/// call, gemv in axpy form does not and needs no transposed copy of a row-major matrix.
namespace lockstep::openblas {

inline constexpr std::int64_t most_gemv_rows = 3;
/// The AVX2 kernels of gemm compute tiles of so many rows, and those of a last, smaller tile slower than
/// gemv.
inline constexpr std::int64_t tile_rows = 4;
/// Less than two tiles of them are better multiplied alone by a matrix of so many elements: the second level
/// cache holds it, and it is worth a call.
inline constexpr std::int64_t least_elements = 1024, most_elements = 128 * 1024;
/// Up to so many multiply-adds the AVX-512 cores take unpacked small-matrix kernels, about twice as fast.
inline constexpr std::int64_t most_unpacked = 1'000'000;

/// Whether OpenBLAS chose a core with small-matrix kernels (interface/gemm.c: DYNAMIC_ARCH, SkylakeX and
/// later).
inline bool has_small_kernels() {
  const std::string_view core = openblas_get_corename();
  return core == "SkylakeX" || core == "Cooperlake" || core == "SapphireRapids";
}

inline bool has_avx2_kernels() {
  const std::string_view core = openblas_get_corename();
  return core == "Haswell" || core == "Zen";
}

/// Of `rows`, the first are multiplied by gemm, and those after them by gemv.
inline std::int64_t gemm_rows(std::int64_t rows, std::int64_t n, std::int64_t k) {
  static const bool avx2_kernels = has_avx2_kernels();
  if (rows <= most_gemv_rows) return 0;
  if (!avx2_kernels || n * k < least_elements) return rows;
  if (rows < 2 * tile_rows && n * k <= most_elements) return 0;
  return rows - rows % tile_rows;
}

/// Columns per gemm call: all of them, or blocks that stay within `most_unpacked`.
inline std::int64_t column_block(std::int64_t rows, std::int64_t n, std::int64_t k) {
  static const bool small_kernels = has_small_kernels();
  constexpr std::int64_t narrowest = 32, lanes = 16;
  if (!small_kernels || rows * n * k <= most_unpacked) return n;
  const std::int64_t fitting = most_unpacked / (rows * k) / lanes * lanes;
  return fitting < narrowest ? n : fitting;
}

/// c [rows, n] = a [rows, k] · b [k, n], or += with `accumulate`. Never with beta = 0: with a fill
/// and beta = 1 instead OpenBLAS 0.3.21 is up to 1.4 times as fast, at [64, 16] · [16, 48].
inline void product(std::int64_t rows, std::int64_t n, std::int64_t k, const float* a, std::int64_t a_stride,
                    const float* b, std::int64_t b_stride, float* c, std::int64_t c_stride, bool accumulate) {
  const auto blas = [](std::int64_t value) { return static_cast<blasint>(value); };
  if (!accumulate)
    for (std::int64_t i = 0; i < rows; ++i) std::fill_n(c + i * c_stride, n, 0.0F);
  const std::int64_t by_gemm = gemm_rows(rows, n, k), block = column_block(by_gemm, n, k);
  for (std::int64_t j = 0; by_gemm > 0 && j < n; j += block)
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, blas(by_gemm), blas(std::min(block, n - j)),
                blas(k), 1.0F, a, blas(a_stride), b + j, blas(b_stride), 1.0F, c + j, blas(c_stride));
  for (std::int64_t i = by_gemm; i < rows; ++i)
    cblas_sgemv(CblasRowMajor, CblasTrans, blas(k), blas(n), 1.0F, b, blas(b_stride), a + i * a_stride, 1,
                1.0F, c + i * c_stride, 1);
}

/// c [k, n] = aᵀ · b with a [rows, k] and b [rows, n], or += with `accumulate`.
inline void transposed_product(std::int64_t k, std::int64_t n, std::int64_t rows, const float* a,
                               std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                               std::int64_t c_stride, bool accumulate) {
  const auto blas = [](std::int64_t value) { return static_cast<blasint>(value); };
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, blas(k), blas(n), blas(rows), 1.0F, a, blas(a_stride),
              b, blas(b_stride), accumulate ? 1.0F : 0.0F, c, blas(c_stride));
}

inline std::string_view product_form(std::int64_t rows, std::int64_t n, std::int64_t k) {
  const std::int64_t by_gemm = gemm_rows(rows, n, k);
  if (by_gemm == 0) return "gemv";
  if (by_gemm < rows) return "gemm and gemv";
  return column_block(rows, n, k) < n ? "gemm in column blocks" : "gemm";
}

}  // namespace lockstep::openblas
