#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>

#include <gmock/gmock.h>

#include "backends/fused/isa_for_test.h"
#include "backends/fused/planned_for_test.h"
#include "backends/problem_text.h"
#include "backends/weights.h"
#include "cases/expand.h"
#include "verify/check.h"
#include "verify/oracle.h"

namespace lockstep::fused {
namespace {

class EveryPlan : public EveryIsa {
 protected:
  /// Plans of this many threads at most: folded and in chunks, of one step and of several, of rows and of
  /// units.
  static std::vector<Plan> plans(int threads) {
    std::vector<Plan> all;
    for (const Split split : {Split::rows, Split::units})
      for (int n = 1; n <= threads; ++n) {
        if (n == 1 && split == Split::units) continue;
        for (const std::int64_t chunk : {0, 1, 5})
          all.push_back({n, split, chunk == 0, std::max<std::int64_t>(chunk, 1)});
      }
    return all;
  }
  /// What is possible of a plan for a problem.
  Plan fitting(Plan plan, const Problem& problem) const {
    const std::int64_t units = as_recurrent(problem)->units, lanes = kernels().lanes;
    const std::int64_t parts = plan.split == Split::units ? (units + lanes - 1) / lanes : problem.shape.batch;
    plan.threads = static_cast<int>(std::min<std::int64_t>(plan.threads, parts));
    plan.chunk = std::min(plan.chunk, problem.shape.time_steps);
    return plan;
  }
  void expect_right(const char* text, int threads) const {
    for (const Problem& problem : expand_problems(text)) {
      const Case one{problem, "a test"};
      const Expected expected(problem, make_given(problem, one.seed), 1);
      const Beside beside = beside_results(one);
      for (const Plan& plan : plans(threads)) {
        const Planned backend(kernels(), [&](const Problem& p) { return fitting(plan, p); });
        const Finding found = check(backend, one, expected, beside);
        EXPECT_EQ(found.verdict, Verdict::pass)
            << to_string(problem) << " by " << found.method << ": " << found.reason;
      }
      if (HasFailure()) return;
    }
  }
};
LOCKSTEP_EVERY_ISA(EveryPlan);

TEST_P(EveryPlan, IsRightForEachWidth) {
  expect_right("simple_rnn,lstm,gru/B:2/T:4/F:5/U:1,3,7,8,9,15,16,17,31,33,47,63,64,65/seq:1/reset_after:0,1",
               3);
}

TEST_P(EveryPlan, IsRightForEachBatch) {
  expect_right("simple_rnn,lstm,gru/B:1,3,4,5,6,7,8,13/T:6/F:9/U:20,40/seq:1/reset_after:0,1", 2);
}

TEST_P(EveryPlan, IsRightForMoreWeightsThanAreCached) {
  for (const char* text : {"simple_rnn/B:12/T:2/F:520/U:520", "lstm/B:11,12/T:2/F:264/U:264",
                           "gru/B:12/T:2/F:520/U:304/reset_after:0,1"})
    expect_right(text, 1);
}

TEST_P(EveryPlan, IsRightForAllThatMayBeAsked) {
  expect_right(
      "pairwise:simple_rnn,lstm,gru/B:1,3/T:1,2,11/F:4/U:6,40/seq:0,1/bias:0,1/reset_after:0,1/"
      "back:0,1/state:0,1/final:0,1/act:tanh,relu,softsign/mask:none,holes,left/zero_mask:0,1",
      2);
}

/// With the kernels of whole steps, too, which find their input by themselves.
TEST_P(EveryPlan, IsRightBackwards) {
  expect_right("simple_rnn,lstm,gru/B:1,4/T:7/F:5/U:16,20/seq:0,1/reset_after:0,1/back:1/final:1", 2);
}

TEST_P(EveryPlan, IsRightForEachActivation) {
  expect_right(
      "pairwise:simple_rnn,lstm,gru/B:2/T:3/F:4/U:11/seq:1/reset_after:0,1/"
      "act:tanh,sigmoid,hard_sigmoid,relu,linear,softsign/rec_act:sigmoid,hard_sigmoid,softsign,tanh",
      1);
}

/// Of threads that wait for each other, with blocks begun before they wait and others after it.
TEST_P(EveryPlan, IsRightWhereSomeBlocksAreBegunAhead) {
  for (const char* text :
       {"lstm/B:13/T:5/F:3/U:100/seq:1", "lstm/B:5/T:4/F:3/U:180/seq:1/mask:holes",
        "gru/B:13/T:5/F:3/U:260/seq:1/reset_after:0,1", "gru/B:7/T:4/F:3/U:200/mask:holes/reset_after:0,1"})
    expect_right(text, 3);
}

/// Threads that wait for each other at each of many steps.
TEST_P(EveryPlan, HoldsOverALongSequence) {
  for (const char* text : {"lstm/B:1/T:600/F:3/U:24/seq:1", "gru/B:1/T:600/F:3/U:24/seq:1/reset_after:0"}) {
    const Problem problem = parse_problem(text);
    const Case one{problem, "a test"};
    const Expected expected(problem, make_given(problem, one.seed), 1);
    const Planned backend(kernels(), [&](const Problem& p) {
      return fitting({2, Split::units, false, 64}, p);
    });
    const Finding found = check(backend, one, expected, {});
    EXPECT_EQ(found.verdict, Verdict::pass) << text << ": " << found.reason;
  }
}

/// How a layer of so many units is computed when a trial finds this.
std::string method_if(bool is_worth_it, std::int64_t batch, std::int64_t units) {
  const Kernels& kernels = *usable_kernels().front();
  Problem problem = parse_problem("lstm/B:1/T:64/F:3/U:64/threads:2");
  problem.shape.batch = batch;
  std::get<RecurrentSpec>(problem.layer).units = units;
  const Weights weights = make_weights(problem.layer, problem.shape.features, 1);
  const auto trial = [&](const Problem&, Layer& meeting, Layer& apart) {
    EXPECT_THAT(meeting.method(), ::testing::HasSubstr("2 slices of units"));
    EXPECT_THAT(apart.method(), ::testing::Not(::testing::HasSubstr("slices of units")));
    return is_worth_it;
  };
  return prepare_recurrent(problem, weights, kernels, trial)->method();
}

TEST(PreparedRecurrent, DividesItsUnitsIfTheFirstTrialOfItsSizeAgrees) {
  if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "no thread may wait for another on one core";
  EXPECT_THAT(method_if(true, 1, 66), ::testing::EndsWith("2 slices of units"));
  EXPECT_THAT(method_if(false, 1, 66), ::testing::EndsWith("2 slices of units"));
  EXPECT_THAT(method_if(false, 1, 67), ::testing::EndsWith("steps"));
  EXPECT_THAT(method_if(false, 2, 67), ::testing::EndsWith("2 batch slices"));
}

TEST(PreparedRecurrent, TriesNothingWhereNobodyWaits) {
  const Kernels& kernels = *usable_kernels().front();
  const Problem problem = parse_problem("lstm/B:8/T:64/F:3/U:64/threads:2");
  const Weights weights = make_weights(problem.layer, problem.shape.features, 1);
  const auto never = [](const Problem&, Layer&, Layer&) -> bool { throw std::logic_error("tried"); };
  EXPECT_EQ(prepare_recurrent(problem, weights, kernels, never)->method(),
            to_string(plan_of(problem, kernels.lanes), kernels.isa));
}

}  // namespace
}  // namespace lockstep::fused
