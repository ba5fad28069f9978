#include "verify/oracle.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "backends/problem_text.h"
#include "backends/reference.h"
#include "cases/expand.h"
#include "verify/compare.h"

namespace lockstep {
namespace {

std::vector<double> values_of(const SequenceView<const double>& view) {
  std::vector<double> values;
  for (std::int64_t b = 0; b < view.dims[0]; ++b)
    for (std::int64_t t = 0; t < view.dims[1]; ++t)
      for (std::int64_t j = 0; j < view.dims[2]; ++j) values.push_back(view(b, t, j));
  return values;
}
std::vector<double> values_of(const StateView<const double>& view) {
  if (!view) return {};
  return {view.data, view.data + view.dims[0] * view.dims[1]};
}

std::vector<Case> cases_from(std::initializer_list<const char*> texts) {
  std::vector<Case> cases;
  for (const char* text : texts)
    for (const Problem& problem : expand_problems(text)) cases.push_back({problem, "a test"});
  return cases;
}

Expected alone(const Case& one, int threads = 1) {
  return {one.problem, make_given(one.problem, one.seed), threads};
}

void expect_same(const Problem& problem, const Expected& a, const Expected& b) {
  EXPECT_EQ(values_of(a.output(problem)), values_of(b.output(problem))) << to_string(problem);
  EXPECT_EQ(values_of(a.final_h()), values_of(b.final_h())) << to_string(problem);
  EXPECT_EQ(values_of(a.final_c()), values_of(b.final_c())) << to_string(problem);
  const Allowed of_a = a.allowed(problem), of_b = b.allowed(problem);
  EXPECT_EQ(values_of(of_a.output()), values_of(of_b.output())) << to_string(problem);
  if (!problem.extras.final_state) return;
  EXPECT_EQ(values_of(as_sequence(of_a.final_h())), values_of(as_sequence(of_b.final_h())))
      << to_string(problem);
  EXPECT_EQ(values_of(as_sequence(of_a.final_c())), values_of(as_sequence(of_b.final_c())))
      << to_string(problem);
}

/// Problems that share, and problems that only seem to.
const std::vector<Case> mixed = cases_from({
    "simple_rnn/B:1/T:30/F:4/U:6/seq:1",
    "simple_rnn/B:8/T:1/F:4/U:6/seq:1",
    "simple_rnn,lstm,gru/B:1,3,5/T:1,2,9/F:4/U:6/seq:0,1",
    "lstm/B:2,3/T:4,9/F:4/U:6/seq:1/back:0,1/state:0,1/final:0,1",
    "gru/B:2,3/T:4,9/F:4/U:6/seq:1/mask:right,holes,full",
    "dense/B:2,3/T:4,9/F:4/U:6/style:flattened,time_distributed",
    "activation/B:2,3/T:4,9/F:4/act:softmax",
});

TEST(Oracle, GivesWhatComputingAloneGives) {
  for (const bool backwards : {false, true}) {
    std::vector<Case> cases = mixed;
    if (backwards) std::reverse(cases.begin(), cases.end());
    Oracle planned(1), unplanned(1);
    for (const Case& one : cases) planned.plan(one);
    for (const Case& one : cases) {
      const Expected by_itself = alone(one);
      const auto shared = planned.expect(one), single = unplanned.expect(one);
      EXPECT_EQ(values_of(shared->output(one.problem)), values_of(by_itself.output(one.problem)))
          << to_string(one.problem);
      EXPECT_EQ(values_of(single->output(one.problem)), values_of(by_itself.output(one.problem)));
      if (!one.problem.extras.final_state) continue;
      expect_same(one.problem, *shared, by_itself);
      expect_same(one.problem, *single, by_itself);
    }
  }
}

TEST(Oracle, ComputesOnceWhatIsAPrefix) {
  const auto cases = cases_from({"lstm/B:1,3/T:1,2,9/F:4/U:6/seq:1/threads:1,2"});
  Oracle oracle(1);
  for (const Case& one : cases) oracle.plan(one);
  const auto first = oracle.expect(cases.front());
  for (const Case& one : cases) EXPECT_EQ(oracle.expect(one), first) << to_string(one.problem);
  const auto styles = cases_from({"dense/B:3/T:4/F:4/U:6/style:flattened,time_distributed"});
  EXPECT_EQ(oracle.expect(styles[0]), oracle.expect(styles[1]));
}

TEST(Oracle, DoesNotShareWhatEndsElsewhere) {
  for (const char* text : {"lstm/B:3/T:2,9/F:4/U:6/seq:0", "gru/B:3/T:2,9/F:4/U:6/seq:1/back:1",
                           "gru/B:3/T:2,9/F:4/U:6/seq:1/final:1", "gru/B:3/T:2,9/F:4/U:6/seq:1/mask:right"}) {
    const auto cases = cases_from({text});
    Oracle oracle(1);
    for (const Case& one : cases) oracle.plan(one);
    EXPECT_NE(oracle.expect(cases[0]), oracle.expect(cases[1])) << text;
  }
}

TEST(Oracle, ComputesNoMoreThanTheLargestPlanned) {
  // Together they would need 4096 sequences of a million steps.
  const auto cases =
      cases_from({"simple_rnn/B:1/T:1000000/F:1/U:1/seq:1", "simple_rnn/B:4096/T:1/F:1/U:1/seq:1"});
  Oracle oracle(1);
  for (const Case& one : cases) oracle.plan(one);
  EXPECT_EQ(values_of(oracle.expect(cases[1])->output(cases[1].problem)),
            values_of(alone(cases[1]).output(cases[1].problem)));
}

TEST(Oracle, ASeedIsAnotherAnswer) {
  Case one = cases_from({"lstm/B:2/T:3/F:4/U:6/seq:1"})[0];
  Oracle oracle(1);
  const auto first = oracle.expect(one);
  one.seed = 7;
  EXPECT_NE(values_of(oracle.expect(one)->output(one.problem)), values_of(first->output(one.problem)));
}

TEST(Oracle, AGainIsAnotherAnswer) {
  Case one = cases_from({"lstm/B:2/T:3/F:4/U:6/seq:1"})[0];
  Oracle oracle(1);
  const auto first = oracle.expect(one);
  one.gain = 2;
  EXPECT_NE(values_of(oracle.expect(one)->output(one.problem)), values_of(first->output(one.problem)));
}

TEST(Oracle, DoesNotDependOnThreads) {
  for (const Case& one : mixed)
    for (const int threads : {2, 3, 16}) expect_same(one.problem, alone(one), alone(one, threads));
}

TEST(Oracle, AgreesWithItselfInLongDouble) {
  using Long = long double;
  for (const Case& one : cases_from({"simple_rnn,lstm,gru/B:2/T:1,300/F:5,100/U:7,60/seq:1",
                                     "gru/B:2/T:50/F:5/U:7/seq:1/reset_after:0", "dense/B:2/T:5/F:100/U:7",
                                     "activation/B:2/T:5/F:100/act:softmax"})) {
    const Problem& problem = one.problem;
    const Given given = make_given(problem, one.seed);
    const auto weights = given.weights.as<Long>();
    const Expected in_double(problem, given, 1);
    const auto expected = in_double.output(problem);
    const std::vector<Long> input(given.input.begin(), given.input.end());
    std::vector<Long> output(
        static_cast<std::size_t>(expected.dims[0] * expected.dims[1] * expected.dims[2]));
    BasicIo<Long> io;
    io.input = sequence_view(
        input.data(), {problem.shape.batch, problem.shape.time_steps, problem.shape.features}, given.layout);
    io.output = sequence_view(output.data(), expected.dims, Layout::batch_major);
    reference::LayerRows<Long>(problem, weights).run(io, 0, problem.shape.batch);
    const Allowed excused = in_double.allowed(problem);
    const std::vector<double> values = values_of(expected), allowed = values_of(excused.output());
    double error = 0, share = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto apart = static_cast<double>(std::abs(output[i] - static_cast<Long>(values[i])));
      error = std::max(error, apart);
      share = std::max(share, apart / allowed[i]);
    }
    // What float may be off by, at the precision of double.
    constexpr double finer = std::numeric_limits<double>::epsilon() / std::numeric_limits<float>::epsilon();
    EXPECT_LE(share, finer) << to_string(problem);
    EXPECT_GT(error, 0) << to_string(problem);  // else both ran in one precision
  }
}

}  // namespace
}  // namespace lockstep
