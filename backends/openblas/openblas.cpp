#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "backends/module.h"
#include "backends/openblas/gates.h"
#include "backends/openblas/product.h"
#include "backends/product_backend.h"

namespace lockstep {
namespace {

struct OpenBlasLibrary : openblas::Gates {
  static constexpr std::string_view name = LOCKSTEP_MODULE_NAME;
  static std::string version() {
    // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Cooperlake MAX_THREADS=64"
    const std::string config = openblas_get_config();
    const auto number_end = config.find(' ', config.find(' ') + 1);
    constexpr const char* threading[] = {"no threads", "pthreads", "OpenMP"};
    return config.substr(0, number_end) + ", core " + openblas_get_corename() + ", " +
           threading[std::clamp(openblas_get_parallel(), 0, 2)] + " at 1 library thread, own threads";
  }
  /// The rows of a product and their distance are counted in blasint.
  static Support supports(const Problem& problem) {
    const auto [batch, time_steps, features] = problem.shape;
    const std::int64_t widest = std::max(features, output_features(problem.layer, features));
    constexpr std::int64_t most = std::numeric_limits<blasint>::max();
    if (time_steps > most / std::max(batch, widest))
      return Support::no("more rows or wider steps than OpenBLAS' 32-bit sizes hold");
    return Support::yes();
  }
  /// gemm of 0.3.34 allocates at its first call in a thread, unless that is for a small-matrix kernel.
  static void begin_thread() {
    constexpr std::int64_t width = 102;
    static_assert(width * width * width > openblas::most_unpacked && width > openblas::most_gemv_rows);
    const std::vector<float> zeros(width * width);
    std::vector<float> c(width * width);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, width, width, width, 1.0F, zeros.data(), width,
                zeros.data(), width, 1.0F, c.data(), width);
  }
  static std::string product_form(std::int64_t rows, std::int64_t n, std::int64_t k) {
    return std::string(openblas::product_form(rows, n, k));
  }
  static void product(std::int64_t rows, std::int64_t n, std::int64_t k, const float* a,
                      std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                      std::int64_t c_stride, bool accumulate) {
    openblas::product(rows, n, k, a, a_stride, b, b_stride, c, c_stride, accumulate);
  }
  static void transposed_product(std::int64_t k, std::int64_t n, std::int64_t rows, const float* a,
                                 std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                                 std::int64_t c_stride, bool accumulate) {
    openblas::transposed_product(k, n, rows, a, a_stride, b, b_stride, c, c_stride, accumulate);
  }

  template <Activation activation>
  static void activate_all(float* values, std::int64_t n) {
    for (std::int64_t j = 0; j < n; ++j) values[j] = openblas::activated<activation>(values[j]);
  }
  static void activate(Activation activation, float* row, std::int64_t n) {
    if (activation == Activation::softmax) return softmax(row, n);
    with_elementwise(activation, [&]<Activation a>(ActivationTag<a>) { activate_all<a>(row, n); });
  }

 private:
  static void softmax(float* row, std::int64_t n) {
    const float top = *std::max_element(row, row + n);
    float sum = 0;
    for (std::int64_t j = 0; j < n; ++j) row[j] = openblas::exp(row[j] - top);
    for (std::int64_t j = 0; j < n; ++j) sum += row[j];
    for (std::int64_t j = 0; j < n; ++j) row[j] /= sum;
  }
};

/// OpenBLAS' own threads would meet ours: it opens them per product, ours live through the whole sequence.
class OpenBlas : public ProductBackend<OpenBlasLibrary> {
 public:
  OpenBlas() { openblas_set_num_threads(1); }
};

}  // namespace
}  // namespace lockstep

LOCKSTEP_MODULE(lockstep::OpenBlas)
