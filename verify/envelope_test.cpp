#include "verify/envelope.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/case_for_test.h"
#include "verify/noise.h"
#include "verify/oracle.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

using ::testing::Each;
using ::testing::Gt;

/// The tolerance of the output at each step.
std::vector<double> allowed_of(const Case& one) {
  const Expected expected(one.problem, make_given(one), 1);
  const Allowed allowed = expected.allowed(one.problem);
  std::vector<double> steps;
  for (std::int64_t t = 0; t < allowed.output().dims[1]; ++t) steps.push_back(allowed.output()(0, t, 0));
  return steps;
}

TEST(Noise, IsAsLargeAsTheRoundingsOfAProduct) {
  constexpr std::int64_t terms = 16, columns = 500;
  const std::vector<double> x(terms, 1), matrix(terms * columns, 0.5);
  std::vector<double> exact(columns, 0), noisy(columns, 0);
  reference::add_product(x.data(), terms, matrix.data(), columns, exact.data(), columns);
  Noisy(1).add_product(x.data(), terms, matrix.data(), columns, noisy.data(), columns);
  const double most = product_noise(terms, 8);
  double largest = 0;
  for (std::size_t j = 0; j < columns; ++j) largest = std::max(largest, std::abs(noisy[j] - exact[j]));
  EXPECT_LE(largest, most);
  EXPECT_GT(largest, 0.9 * most);
}

TEST(Noise, IsTheSameForTheSameStreamOnly) {
  const auto drawn = [](std::uint64_t stream) { return Noisy(stream).activate(Activation::linear, 1); };
  EXPECT_EQ(drawn(3), drawn(3));
  EXPECT_NE(drawn(3), drawn(4));
  EXPECT_NE(drawn(0), 1);
  EXPECT_NEAR(drawn(3), 1, activation_noise(1));
}

TEST(Envelope, IsPositiveAtEveryStepAndFollowsTheWeights) {
  for (const char* cell : {"simple_rnn", "lstm", "gru", "gru/reset_after:0"}) {
    const auto calm = allowed_of(case_for_test(std::string(cell) + "/B:2/T:40/F:5/U:9/seq:1", 0.5));
    const auto wild = allowed_of(case_for_test(std::string(cell) + "/B:2/T:40/F:5/U:9/seq:1", 3));
    EXPECT_THAT(calm, Each(Gt(0)));
    EXPECT_GT(*std::max_element(wild.begin(), wild.end()), *std::max_element(calm.begin(), calm.end()))
        << cell;
  }
}

TEST(Envelope, OfAContractingLayerStopsGrowing) {
  const auto steps = allowed_of(case_for_test("lstm/B:2/T:400/F:5/U:9/seq:1", 0.5));
  const double early = *std::max_element(steps.begin(), steps.begin() + 64);
  EXPECT_LT(*std::max_element(steps.begin(), steps.end()), 4 * early);
  EXPECT_LT(early, 1000 * unit_roundoff);
}

TEST(Envelope, OfAChaoticLayerIsNoTolerance) {
  const Case one = case_for_test("simple_rnn/B:2/T:400/F:5/U:30/seq:1/final:1", 8);
  const Expected expected(one.problem, make_given(one), 1);
  const Allowed allowed = expected.allowed(one.problem);
  EXPECT_TRUE(allowed.ill_conditioned());
  EXPECT_TRUE(std::isfinite(allowed.output()(0, 0, 0)));  // the first step is as good as any
  EXPECT_TRUE(std::isinf(allowed.output()(0, 399, 0)));
  EXPECT_TRUE(std::isinf(allowed.final_h()(0, 0)));
}

TEST(Envelope, CoversFinalStatesAndOneStepWithoutSequences) {
  const Case one = case_for_test("lstm/B:3/T:20/F:5/U:9/seq:0/final:1");
  const Expected expected(one.problem, make_given(one), 1);
  const Allowed allowed = expected.allowed(one.problem);
  EXPECT_EQ(allowed.output().dims[1], 1);
  EXPECT_GT(allowed.output()(2, 0, 8), 0);
  EXPECT_GT(allowed.final_h()(2, 8), 0);
  EXPECT_GT(allowed.final_c()(2, 8), 0);
}

}  // namespace
}  // namespace lockstep
