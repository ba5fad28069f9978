#include "verify/gradients/expected.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

ExpectedGradients expected_of(const char* text, float recurrent_gain = 1) {
  const Problem problem = parse_problem(text);
  Given given = make_given(problem, 1);
  for (float& weight : given.weights.recurrent_kernel) weight *= recurrent_gain;
  return {problem, given, make_gradients(problem, 1)};
}

std::vector<std::string_view> names_of(const ExpectedGradients& expected) {
  std::vector<std::string_view> names;
  for (const auto& part : expected.parts()) names.push_back(part.expected.name);
  return names;
}

TEST(ExpectedGradients, AreOfAllThatTheRunIsGiven) {
  using ::testing::ElementsAre;
  EXPECT_THAT(names_of(expected_of("lstm/B:2/T:3/F:4/U:5/state:1/pass:training")),
              ElementsAre("input", "initial_h", "initial_c", "kernel", "recurrent_kernel", "bias"));
  EXPECT_THAT(names_of(expected_of("gru/B:2/T:3/F:4/U:5/state:1/bias:0/pass:training")),
              ElementsAre("input", "initial_h", "kernel", "recurrent_kernel"));
  EXPECT_THAT(names_of(expected_of("dense/B:2/T:3/F:4/U:5/pass:training")),
              ElementsAre("input", "kernel", "bias"));
  EXPECT_THAT(names_of(expected_of("activation/B:2/T:3/F:4/act:tanh/pass:training")), ElementsAre("input"));
}

TEST(ExpectedGradients, AreJudgedByTimeStepAndByGate) {
  const ExpectedGradients expected = expected_of("gru/B:2/T:3/F:4/U:5/pass:training");
  using Dims = std::array<std::int64_t, 3>;
  EXPECT_EQ(expected.parts()[0].expected.values.dims, (Dims{2, 3, 4}));
  EXPECT_EQ(expected.parts()[1].expected.values.dims, (Dims{4, 3, 5}));
  EXPECT_EQ(expected.parts()[3].expected.values.dims, (Dims{2, 3, 5}));  // input row, recurrent row
  // With the last step's gradient alone, what reaches the first step is smaller, and so is what it may err.
  const auto& input = expected.parts()[0].allowed;
  EXPECT_LT(input(0, 0, 0), input(0, 2, 0));
  EXPECT_EQ(input(0, 0, 0), input(1, 0, 3));
}

TEST(ExpectedGradients, MayErrSomeRoundings) {
  for (const char* text :
       {"simple_rnn/B:3/T:9/F:4/U:8/seq:1/pass:training", "dense/B:3/T:9/F:4/U:8/pass:training"}) {
    const ExpectedGradients expected = expected_of(text);
    EXPECT_FALSE(expected.ill_conditioned()) << text;
    EXPECT_EQ(expected.distrust(), "") << text;
    for (const auto& part : expected.parts()) {
      double largest = 0;
      for (std::int64_t r = 0; r < part.expected.values.dims[0]; ++r)
        for (std::int64_t j = 0; j < part.expected.values.dims[2]; ++j)
          largest = std::max(largest, std::abs(part.expected.values(r, 0, j)));
      EXPECT_GE(part.allowed(0, 0, 0), 8 * unit_roundoff * largest) << text << " " << part.expected.name;
      EXPECT_LE(part.allowed(0, 0, 0), 1000 * unit_roundoff * largest) << text << " " << part.expected.name;
    }
  }
}

TEST(ExpectedGradients, SayWhereNoiseIsAllThereIs) {
  EXPECT_TRUE(expected_of("simple_rnn/B:2/T:128/F:4/U:64/seq:1/pass:training", 5).ill_conditioned());
}

}  // namespace
}  // namespace lockstep
