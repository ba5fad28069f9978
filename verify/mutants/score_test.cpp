#include "verify/mutants/score.h"

#include <gmock/gmock.h>

#include "cases/expand.h"
#include "reports/markdown.h"
#include "verify/mutants/report.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<Case> cases_from(std::string_view text) {
  std::vector<Case> cases;
  for (const Problem& problem : expand_problems(text)) cases.push_back({problem, "a test"});
  return cases;
}

MutantRun run_on(std::initializer_list<const char*> names, std::string_view problems,
                 const std::vector<std::string>& counting = {}, int workers = 1) {
  std::vector<const Mutant*> chosen;
  for (const char* name : names) chosen.push_back(&find_mutant(name));
  return run_mutants(chosen, cases_from(problems), counting, workers);
}

constexpr const char* small = "lstm,gru/B:3/T:7/F:5/U:9/seq:1/state:0,1/final:1";

/// Which a relation finds, too; the set ci does without.
TEST(RunMutants, FindsStaleWeightsByTheOutputAlone) {
  for (const char* problem : {"lstm/B:2/T:3/F:4/U:5/seq:1", "dense/B:2/T:3/F:4/U:5"}) {
    const MutantRun run = run_on({"stale_weights"}, problem, {"output"});
    ASSERT_THAT(run.scores, SizeIs(1));
    EXPECT_FALSE(run.scores[0].survived()) << problem;
  }
}

TEST(RunMutants, CountsTheChecksThatKill) {
  const MutantRun run = run_on({"bias_dropped", "throws_when_run", "writes_past_output"}, small);
  ASSERT_THAT(run.scores, SizeIs(3));
  EXPECT_EQ(run.broken_control(), nullptr);
  EXPECT_EQ(run.killed(), 3U);
  const auto killed_by = [&](std::size_t mutant, std::string_view check) {
    const auto names = check_names();
    return run.scores[mutant]
        .killed_by[static_cast<std::size_t>(std::find(names.begin(), names.end(), check) - names.begin())];
  };
  EXPECT_EQ(run.scores[0].tried, 4U);
  EXPECT_EQ(killed_by(0, "output"), 4U);
  EXPECT_EQ(killed_by(0, "step"), 4U);
  EXPECT_EQ(killed_by(0, "guards"), 0U);
  EXPECT_EQ(killed_by(1, "threw"), 4U);
  EXPECT_EQ(killed_by(1, "output"), 0U);
  EXPECT_EQ(killed_by(2, "guards"), 4U);
  EXPECT_THAT(run.scores[0].repro,
              MatchesRegex("lockstep verify [a-z]+/B:3/T:7/[^ ]* --mutants --only bias_dropped"));
  EXPECT_THAT(run.scores[0].reason, HasSubstr("output: "));
}

TEST(RunMutants, CountsOnlyTheChecksAskedFor) {
  const MutantRun run = run_on({"bias_dropped", "writes_past_output"}, small, {"guards"});
  EXPECT_TRUE(run.scores[0].survived());
  EXPECT_GT(run.scores[0].killed_by[0], 0U);  // it was seen
  EXPECT_EQ(run.scores[0].repro, "");
  EXPECT_FALSE(run.scores[1].survived());
  EXPECT_EQ(run.killed(), 1U);
}

TEST(RunMutants, LetsSurviveWhatNoCaseIsFor) {
  const MutantRun run = run_on({"mask_ignored"}, small);
  EXPECT_EQ(run.scores[0].tried, 0U);
  EXPECT_TRUE(run.scores[0].survived());
  EXPECT_EQ(run.killed(), 0U);
}

TEST(RunMutants, FindsTheSameWithAnyNumberOfWorkers) {
  std::vector<const Mutant*> all;
  for (const Mutant& mutant : mutants()) all.push_back(&mutant);
  const auto cases = cases_from("simple_rnn,lstm,gru/B:2/T:5/F:3/U:4/seq:0,1/state:0,1/final:1");
  const auto table = [&](int workers) {
    return reports::markdown(mutant_report(run_mutants(all, cases, {}, workers), ""));
  };
  const std::string one = table(1);
  for (const int workers : {2, 5}) EXPECT_EQ(table(workers), one);
}

TEST(RunMutants, TriesNothingWhereTheControlDoesNotPass) {
  // The output of every unit is the same at every step: nothing could be told from it.
  const MutantRun run = run_on({"bias_dropped"}, "gru/B:1/T:3/F:4/U:5/seq:1/mask:full/final:1");
  ASSERT_NE(run.broken_control(), nullptr);
  EXPECT_EQ(run.broken_control()->verdict, Verdict::untrusted);
  EXPECT_THAT(run.scores, IsEmpty());
}

TEST(MutantReport, FailsATestForEachSurvivor) {
  const auto tests = mutant_report(run_on({"mask_ignored", "bias_dropped"}, small), "").tests;
  ASSERT_THAT(tests, SizeIs(2));
  EXPECT_EQ(tests[0].outcome, reports::Outcome::fail);
  EXPECT_EQ(tests[0].message, "survives 0 cases: Masked steps count.");
  EXPECT_EQ(tests[1].outcome, reports::Outcome::pass);
}

TEST(MutantReport, NamesTheSurvivors) {
  const std::string text = reports::markdown(
      mutant_report(run_on({"mask_ignored", "bias_dropped"}, small), "lockstep verify --mutants"));
  EXPECT_THAT(text, HasSubstr("1 of 2 mutants killed"));
  EXPECT_THAT(text, HasSubstr("## Survivors"));
  EXPECT_THAT(text, HasSubstr("Masked steps count."));
  EXPECT_THAT(text, Not(HasSubstr("The bias is left out.")));
  EXPECT_THAT(reports::markdown(mutant_report(run_on({"bias_dropped"}, small), "")),
              Not(HasSubstr("Survivors")));
}

}  // namespace
}  // namespace lockstep
