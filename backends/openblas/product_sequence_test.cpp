#include "backends/product_sequence.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "backends/openblas/gates.h"
#include "backends/problem_text.h"
#include "backends/product_recurrent.h"
#include "backends/product_trial.h"
#include "cases/data.h"
#include "cases/expand.h"
#include "verify/check.h"
#include "verify/oracle.h"

namespace lockstep {
namespace {

/// Products by plain loops.
struct PlainLibrary : openblas::Gates {
  static void begin_thread() {}
  static const char* product_form(std::int64_t, std::int64_t, std::int64_t) { return "loops"; }
  static void product(std::int64_t rows, std::int64_t n, std::int64_t k, const float* a,
                      std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                      std::int64_t c_stride, bool accumulate) {
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        float sum = accumulate ? c[i * c_stride + j] : 0.0F;
        for (std::int64_t l = 0; l < k; ++l) sum += a[i * a_stride + l] * b[l * b_stride + j];
        c[i * c_stride + j] = sum;
      }
  }
};

/// A single sequence by ProductSequence; the check of single steps makes a batch of them.
class Divided : public Backend {
 public:
  explicit Divided(int threads) : threads_(threads) {}
  std::string_view name() const override { return "divided"; }
  std::string version() const override { return "of the test"; }
  Support supports(const Problem&) const override { return Support::yes(); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    if (problem.shape.batch == 1)
      return std::make_unique<ProductSequence<PlainLibrary>>(problem, weights, threads_);
    return std::make_unique<ProductRecurrent<PlainLibrary>>(problem, weights, threads_);
  }

 private:
  int threads_;
};

void expect_right(const Backend& backend, const char* text) {
  for (const Problem& problem : expand_problems(text)) {
    const Case one{problem, "a test"};
    const Expected expected(problem, make_given(problem, one.seed), 1);
    const Finding found = check(backend, one, expected, beside_results(one));
    EXPECT_EQ(found.verdict, Verdict::pass)
        << to_string(problem) << " by " << found.method << ": " << found.reason;
  }
}

TEST(ProductSequence, IsRightForEachWidth) {
  for (const int threads : {1, 2, 3})
    expect_right(Divided(threads), "simple_rnn,lstm,gru/B:1/T:4/F:5/U:3,7,16,33/seq:1/reset_after:0,1");
}

TEST(ProductSequence, IsRightForAllThatMayBeAsked) {
  expect_right(Divided(2),
               "pairwise:simple_rnn,lstm,gru/B:1/T:1,2,11/F:4/U:6,40/seq:0,1/bias:0,1/reset_after:0,1/"
               "back:0,1/state:0,1/final:0,1/act:tanh,relu,softsign/mask:none,holes,left/zero_mask:0,1");
}

TEST(ProductSequence, HoldsOverALongSequence) {
  for (const char* text : {"lstm/B:1/T:600/F:3/U:24/seq:1", "gru/B:1/T:600/F:3/U:24/seq:1/reset_after:0"})
    expect_right(Divided(2), text);
}

TEST(ProductRecurrent, IsRightForEachShareOfTheBatch) {
  for (const int threads : {1, 2, 3})
    expect_right(Divided(threads),
                 "pairwise:simple_rnn,lstm,gru/B:3,5/T:1,6/F:4/U:6,17/seq:0,1/bias:0,1/reset_after:0,1/"
                 "back:0,1/state:0,1/final:0,1/act:tanh,softsign/mask:none,holes/zero_mask:0,1");
}

/// Fails once, in one thread, while another computes.
struct FailsOnce : PlainLibrary {
  static inline std::atomic<int> calls{0};
  static void product(std::int64_t rows, std::int64_t n, std::int64_t k, const float* a,
                      std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                      std::int64_t c_stride, bool accumulate) {
    if (++calls == 5) throw std::runtime_error("no memory");
    PlainLibrary::product(rows, n, k, a, a_stride, b, b_stride, c, c_stride, accumulate);
  }
};

TEST(ProductSequence, LetsNoThreadWaitForOneThatFailed) {
  const Problem problem = parse_problem("lstm/B:1/T:20/F:4/U:8/seq:1");
  const Given given = make_given(problem, 1, Layout::time_major);
  const Asked<float> asked(problem, Layout::time_major);
  const Io io = make_io(problem, given, asked);
  ProductSequence<FailsOnce> layer(problem, given.weights, 2);
  EXPECT_THROW(layer.run(io), std::runtime_error);
  EXPECT_NO_THROW(layer.run(io));
}

/// Takes its time over whatever is divided.
struct SlowInParts : PlainLibrary {
  static constexpr std::int64_t columns = 4 * 64;
  static inline std::atomic<int> calls{0};
  static void product(std::int64_t rows, std::int64_t n, std::int64_t k, const float* a,
                      std::int64_t a_stride, const float* b, std::int64_t b_stride, float* c,
                      std::int64_t c_stride, bool accumulate) {
    ++calls;
    if (n < columns) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    PlainLibrary::product(rows, n, k, a, a_stride, b, b_stride, c, c_stride, accumulate);
  }
};

TEST(ProductTrial, KeepsOneThreadWhereThatIsFasterAndTriesOnce) {
  const Problem problem = parse_problem("lstm/B:1/T:128/F:4/U:64/threads:2");
  const Weights weights = make_weights(problem.layer, problem.shape.features, 1);
  EXPECT_FALSE(divides_units<SlowInParts>(problem, weights, 2));
  const int calls = SlowInParts::calls;
  EXPECT_GT(calls, 0);
  EXPECT_FALSE(divides_units<SlowInParts>(problem, weights, 2));
  EXPECT_EQ(SlowInParts::calls, calls);
}

}  // namespace
}  // namespace lockstep
