#include "backends/fused/training.h"

#include "backends/fused/choice.h"
#include "backends/product_backend.h"

namespace lockstep::fused {
namespace {

/// The products that product_training.h asks of a library.
struct Products {
  static const Kernels& kernels() {
    static const Kernels& chosen = chosen_kernels();
    return chosen;
  }
  static void begin_thread() {}
  static std::string_view product_form(std::int64_t, std::int64_t, std::int64_t) { return kernels().isa; }
  static void product(std::int64_t rows, std::int64_t n, std::int64_t k, const float* a,
                      std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                      std::int64_t c_stride, bool accumulate) {
    kernels().multiply({rows, n, k, a, a_stride, 1, b, b_stride, c, c_stride, accumulate});
  }
  static void transposed_product(std::int64_t k, std::int64_t n, std::int64_t rows, const float* a,
                                 std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                                 std::int64_t c_stride, bool accumulate) {
    kernels().multiply({k, n, rows, a, 1, a_stride, b, b_stride, c, c_stride, accumulate});
  }
  template <Activation activation>
  static void activate_all(float* values, std::int64_t n) {
    kernels().activate(activation, values, n);
  }
  static void activate(Activation activation, float* row, std::int64_t n) {
    kernels().activate(activation, row, n);
  }
};

}  // namespace

std::unique_ptr<TrainableLayer> prepare_training(const Problem& problem, const Weights& weights) {
  return prepare_product_training<Products>(problem, weights);
}

}  // namespace lockstep::fused
