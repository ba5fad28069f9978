#include "backends/eigen/gates.h"
#include "backends/eigen/gemv_rows.h"
#include "backends/isa.h"
#include "backends/module.h"
#include "backends/product_backend.h"

namespace lockstep {
namespace {

using Eigen::Dynamic;
using RowMajor = Eigen::Matrix<float, Dynamic, Dynamic, Eigen::RowMajor>;
using Stride = Eigen::OuterStride<>;

/// Calls use(rows, columns) for blocks of a product that are small enough for Eigen to pack on the stack: a
/// wider one would go to the heap at every call. Of the depth it packs at most what suits the first cache,
/// which even with one of 64 KiB is less than `most_depth`.
template <class Use>
void for_each_block(std::int64_t rows, std::int64_t columns, std::int64_t depth, Use&& use) {
  constexpr std::int64_t most_depth = 1024, packed = EIGEN_STACK_ALLOCATION_LIMIT / sizeof(float);
  const std::int64_t most = packed / std::min(depth, most_depth);
  for (std::int64_t i = 0; i < rows; i += most)
    for (std::int64_t j = 0; j < columns; j += most)
      use(Slice{i, std::min(i + most, rows)}, Slice{j, std::min(j + most, columns)});
}

struct EigenLibrary : eigen::Gates {
  static constexpr std::string_view name = "eigen";
  static std::string version() {
    return "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
           std::to_string(EIGEN_MINOR_VERSION) + ", compiled for " + compiled_isa() + ", own threads";
  }
  static Support supports(const Problem&) { return Support::yes(); }
  static void begin_thread() {}
  static std::string_view product_form(std::int64_t rows, std::int64_t n, std::int64_t k) {
    return rows <= eigen::most_gemv_rows(n * k) ? "gemv" : "gemm";
  }

  static void product(std::int64_t rows, std::int64_t n, std::int64_t k, const float* a,
                      std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                      std::int64_t c_stride, bool accumulate) {
    const Eigen::Map<const RowMajor, 0, Stride> right(b, k, n, Stride(b_stride));
    if (rows <= eigen::most_gemv_rows(n * k)) {
      for (std::int64_t i = 0; i < rows; ++i) {
        const Eigen::Map<const Eigen::RowVectorXf> left(a + i * a_stride, k);
        Eigen::Map<Eigen::RowVectorXf> out(c + i * c_stride, n);
        if (!accumulate) out.setZero();
        out.noalias() += left * right;
      }
      return;
    }
    const Eigen::Map<const RowMajor, 0, Stride> left(a, rows, k, Stride(a_stride));
    Eigen::Map<RowMajor, 0, Stride> out(c, rows, n, Stride(c_stride));
    if (!accumulate) out.setZero();
    for_each_block(rows, n, k, [&](const Slice& i, const Slice& j) {
      out.block(i.begin, j.begin, i.size(), j.size()).noalias() +=
          left.middleRows(i.begin, i.size()) * right.middleCols(j.begin, j.size());
    });
  }
  static void transposed_product(std::int64_t k, std::int64_t n, std::int64_t rows, const float* a,
                                 std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                                 std::int64_t c_stride, bool accumulate) {
    const Eigen::Map<const RowMajor, 0, Stride> left(a, rows, k, Stride(a_stride));
    const Eigen::Map<const RowMajor, 0, Stride> right(b, rows, n, Stride(b_stride));
    Eigen::Map<RowMajor, 0, Stride> out(c, k, n, Stride(c_stride));
    if (!accumulate) out.setZero();
    for_each_block(k, n, rows, [&](const Slice& i, const Slice& j) {
      out.block(i.begin, j.begin, i.size(), j.size()).noalias() +=
          left.middleCols(i.begin, i.size()).transpose() * right.middleCols(j.begin, j.size());
    });
  }

  template <Activation activation>
  static void activate_all(float* values, std::int64_t n) {
    eigen::activate<activation>(values, n);
  }
  static void activate(Activation activation, float* values, std::int64_t n) {
    eigen::Row row(values, n);
    if (activation == Activation::softmax) {
      row = (row - row.maxCoeff()).exp();
      row *= 1.0F / row.sum();
      return;
    }
    with_elementwise(activation, [&]<Activation a>(ActivationTag<a>) { eigen::activate<a>(values, n); });
  }
};

using EigenBackend = ProductBackend<EigenLibrary>;

}  // namespace
}  // namespace lockstep

LOCKSTEP_MODULE(lockstep::EigenBackend)
