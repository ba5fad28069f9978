#include "verify/mutants/exact_integers.h"

#include <cmath>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/mutants/mutant_backend.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

TEST(ExactIntegers, GiveAnErrorOfExactlyZero) {
  const Finding finding = check_exact_integers(MutantBackend(control()));
  EXPECT_EQ(finding.verdict, Verdict::pass) << finding.reason;
  EXPECT_EQ(finding.largest_error, 0);
}

TEST(ExactIntegers, AreWholeAndOfBothSigns) {
  const Given given = integers_for(parse_problem("simple_rnn/B:3/T:4/F:5/U:9/act:linear/state:1"), 1);
  const auto check = [](const auto& values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    EXPECT_LT(*low, 0);
    EXPECT_GT(*high, 0);
    for (const float x : values) EXPECT_EQ(x, std::trunc(x));
  };
  check(given.weights.kernel);
  check(given.weights.recurrent_kernel);
  check(given.weights.bias);
  check(given.input);
  check(given.initial_h);
}

/// What no tolerance may excuse here, although it is small.
struct LastBitOff : MutantBackend {
  LastBitOff() : MutantBackend(control()) {}
  struct Off : Layer {
    explicit Off(std::unique_ptr<Layer> layer) : right(std::move(layer)) {}
    void run(const Io& io) override {
      right->run(io);
      float& first = io.output(0, 0, 0);
      first = std::nextafter(first, 1e9F);
    }
    std::string method() const override { return ""; }
    std::unique_ptr<Layer> right;
  };
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    return std::make_unique<Off>(MutantBackend::prepare(problem, weights));
  }
};

TEST(ExactIntegers, ExcuseNotTheLastBit) {
  const Finding finding = check_exact_integers(LastBitOff());
  EXPECT_EQ(finding.verdict, Verdict::fail);
  EXPECT_THAT(finding.reason, HasSubstr("every sum is a whole number"));
}

}  // namespace
}  // namespace lockstep
