#include "verify/relations/verify_relations.h"

#include <stdexcept>

#include <gmock/gmock.h>

#include "cases/expand.h"
#include "verify/fake_for_test.h"

namespace lockstep {
namespace {

std::vector<Case> cases_from(std::string_view text) {
  std::vector<Case> cases;
  for (const Problem& problem : expand_problems(text)) cases.push_back({problem, "a test"});
  return cases;
}

class VerifyRelations : public ::testing::Test {
 protected:
  const FakeBackend good, refuses{Fault::refuses, "refuses"};
  const std::vector<const Backend*> backends{&good, &refuses};
  const std::vector<Case> cases = cases_from("gru,dense/B:2/T:1-6+1/F:3/U:4");
};

TEST_F(VerifyRelations, GiveTheFindingsInOneOrderWithAnyNumberOfWorkers) {
  std::vector<std::string> expected;
  for (const int workers : {1, 2, 5, 40}) {
    std::vector<std::string> got;
    for (const RelationFinding& found : verify_relations(backends, cases, workers)) {
      got.push_back(found.subject + " " + found.backend + " " + found.relation);
      EXPECT_EQ(found.verdict, found.backend == "fake" ? Verdict::pass : Verdict::skip) << got.back();
    }
    if (expected.empty()) expected = got;
    EXPECT_EQ(got, expected) << workers << " workers";
  }
  EXPECT_GT(expected.size(), cases.size() * backends.size());
}

TEST_F(VerifyRelations, CountTheirProgressUpToAll) {
  std::size_t last = 0;
  verify_relations(backends, cases, 2, [&](std::size_t done, std::size_t all) {
    EXPECT_EQ(all, cases.size());
    EXPECT_EQ(done, ++last);
  });
  EXPECT_EQ(last, cases.size());
}

TEST_F(VerifyRelations, ThrowWhatDoesNotFitTheMachine) {
  std::vector<Case> large = cases;
  large[3].problem.shape = {1 << 24, 1 << 24, 1 << 24};
  EXPECT_THROW(verify_relations(backends, large, 2), std::invalid_argument);
}

TEST_F(VerifyRelations, AreCountedByVerdict) {
  std::vector<RelationFinding> findings(5);
  findings[0].verdict = findings[1].verdict = Verdict::pass;
  findings[2].verdict = Verdict::skip;
  findings[3].verdict = Verdict::untrusted;
  const Tally counts = tally(findings);
  EXPECT_EQ(to_string(counts).substr(0, 41), "2 passed, 1 failed, 1 skipped, 1 untruste");
  EXPECT_FALSE(counts.held());
}

}  // namespace
}  // namespace lockstep
