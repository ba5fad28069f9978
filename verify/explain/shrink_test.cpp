#include "verify/explain/shrink.h"

#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/check.h"
#include "verify/relations/planted_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* large =
    "lstm/B:4/T:37/F:19/U:50/seq:1/act:relu/rec_act:hard_sigmoid/back:1/mask:right/zero_mask:1/state:1/"
    "final:1/threads:2";

/// Off by one in the last output where a condition holds.
PlantedBackend::Run off_where(std::function<bool(const Problem&)> condition) {
  return [condition](const Problem& problem, const Weights& weights, const Io& io) {
    run_right(problem, weights, io);
    if (condition(problem))
      io.output(io.output.dims[0] - 1, io.output.dims[1] - 1, io.output.dims[2] - 1) += 1;
  };
}
PlantedBackend::Run always_off() {
  return off_where([](const Problem&) { return true; });
}

std::int64_t units_of(const Problem& problem) {
  return output_features(problem.layer, problem.shape.features);
}

const Deadline no_hurry = std::chrono::steady_clock::now() + std::chrono::hours(1);

Shrunk shrunk(const Backend& backend, const std::string& text, Deadline deadline = no_hurry) {
  const Case one{parse_problem(text), "a test", 7};
  Finding found = check(backend, one, Expected(one.problem, make_given(one), 1));
  found.module = "planted.so";
  EXPECT_EQ(found.verdict, Verdict::fail) << text;
  return shrink(backend, one, found, deadline);
}
Shrunk shrunk(PlantedBackend::Run run, const std::string& text, Deadline deadline = no_hurry) {
  PlantedBackend backend;
  backend.run = std::move(run);
  return shrunk(backend, text, deadline);
}

TEST(Shrink, FindsTheSmallestSizesAndDropsEveryFeature) {
  const Shrunk found = shrunk(off_where([](const Problem& problem) {
                                return units_of(problem) >= 3 && problem.shape.time_steps >= 2;
                              }),
                              large);
  EXPECT_EQ(to_string(found.smallest.problem), to_string(parse_problem("lstm/B:1/T:2/F:1/U:3/bias:0")));
  EXPECT_EQ(found.finding.subject, to_string(found.smallest.problem));
  EXPECT_EQ(found.finding.verdict, Verdict::fail);
  EXPECT_EQ(repro_of(found.finding),
            "lockstep verify " + found.finding.subject + " --backends planted --module planted.so --seed 7");
  EXPECT_TRUE(found.in_time);
  EXPECT_THAT(needs_of(found.smallest.problem), ElementsAre("3 units", "2 time steps"));
}

TEST(Shrink, FindsLargeSizesAndThoseThatOnlySomeSizesShow) {
  EXPECT_EQ(shrunk(off_where([](const Problem& problem) { return problem.shape.time_steps >= 41; }),
                   "gru/B:3/T:100/F:5/U:6/seq:1")
                .smallest.problem.shape.time_steps,
            41);
  EXPECT_EQ(shrunk(off_where([](const Problem& problem) {
                     return problem.shape.features > 8 && problem.shape.features % 8 != 0;
                   }),
                   "gru/B:3/T:4/F:17/U:6/seq:1")
                .smallest.problem.shape.features,
            9);
}

TEST(Shrink, KeepsWhatTheFailureNeeds) {
  const auto keeps = [](const std::string& text, const char* what, bool (*condition)(const Problem&)) {
    const Shrunk found = shrunk(off_where(condition), text);
    EXPECT_THAT(needs_of(found.smallest.problem), ElementsAre(what)) << found.finding.subject;
  };
  keeps(large, "a mask (right)",
        [](const Problem& problem) { return problem.extras.mask != MaskPattern::none; });
  keeps(large, "an initial state", [](const Problem& problem) { return problem.extras.initial_state; });
  keeps(large, "final states asked for", [](const Problem& problem) { return problem.extras.final_state; });
  keeps(large, "go_backwards", [](const Problem& problem) { return as_recurrent(problem)->go_backwards; });
  keeps(large, "a bias", [](const Problem& problem) { return as_recurrent(problem)->use_bias; });
  keeps(large, "return_sequences",
        [](const Problem& problem) { return as_recurrent(problem)->return_sequences; });
  keeps(large, "activation relu",
        [](const Problem& problem) { return as_recurrent(problem)->activation == Activation::relu; });
  keeps(large, "2 threads", [](const Problem& problem) { return problem.exec.threads > 1; });
  keeps("gru/B:2/T:3/F:4/U:5/reset_after:0", "reset_after off",
        [](const Problem& problem) { return !as_recurrent(problem)->reset_after; });
  keeps("dense/B:2/T:3/F:4/U:5/act:relu/style:time_distributed", "style time_distributed",
        [](const Problem& problem) { return as_dense(problem)->style == DenseStyle::time_distributed; });
}

TEST(Shrink, CountsNeitherSkipsNorOtherFailures) {
  PlantedBackend refuses;
  refuses.run = always_off();
  refuses.answer = [](const Problem& problem) {
    return units_of(problem) < 5 ? Support::no("too narrow") : Support::yes();
  };
  EXPECT_EQ(units_of(shrunk(refuses, "gru/B:2/T:3/F:4/U:9").smallest.problem), 5);
  const auto throws = [](const Problem& problem, const Weights& weights, const Io& io) {
    if (units_of(problem) < 4) throw std::invalid_argument("too narrow");
    always_off()(problem, weights, io);
  };
  EXPECT_EQ(units_of(shrunk(throws, "gru/B:2/T:3/F:4/U:9").smallest.problem), 4);
}

TEST(Shrink, ShrinksWhatThrows) {
  const auto throws = [](const Problem& problem, const Weights& weights, const Io& io) {
    if (units_of(problem) > 4) throw std::runtime_error("too wide");
    run_right(problem, weights, io);
  };
  const Shrunk found = shrunk(throws, "gru/B:7/T:3/F:4/U:9");
  EXPECT_EQ(units_of(found.smallest.problem), 5);
  EXPECT_EQ(found.finding.reason, "threw: too wide");
}

TEST(Shrink, SaysWhenTheDeadlineCameFirst) {
  const Shrunk found = shrunk(always_off(), large, std::chrono::steady_clock::now());
  EXPECT_FALSE(found.in_time);
  EXPECT_EQ(found.tried, 0);
  EXPECT_EQ(found.smallest.problem, parse_problem(large));
  EXPECT_EQ(found.finding.verdict, Verdict::fail);
}

TEST(Shrink, NeedsNothingWhereEverythingIsWrong) {
  EXPECT_THAT(needs_of(shrunk(always_off(), large).smallest.problem), IsEmpty());
}

}  // namespace
}  // namespace lockstep
