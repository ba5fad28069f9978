#include "verify/verify.h"

#include <stdexcept>

#include <gmock/gmock.h>

#include "cases/expand.h"
#include "verify/fake_for_test.h"
#include "verify/modules_for_test.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::vector<Case> cases_from(std::string_view text) {
  std::vector<Case> cases;
  for (const Problem& problem : expand_problems(text)) cases.push_back({problem, "a test"});
  return cases;
}

class Verify : public ::testing::Test {
 protected:
  const FakeBackend good, bad{Fault::no_bias, "bad"}, refuses{Fault::refuses, "refuses"};
  const std::vector<const Backend*> backends{&good, &bad, &refuses};
  const std::vector<Case> cases = cases_from("lstm,gru/B:2/T:1-8+1/F:3/U:4/seq:1");
};

TEST_F(Verify, GivesTheFindingsProblemByProblemWithAnyNumberOfWorkers) {
  std::vector<std::string> expected;
  for (const Case& one : cases)
    for (const Backend* backend : backends) expected.push_back(repro_of(Finding(one, backend->name())));
  for (const int workers : {0, 1, 2, 5, 40}) {
    std::vector<std::string> got;
    for (const Finding& finding : verify(backends, cases, workers)) {
      got.push_back(repro_of(finding));
      EXPECT_EQ(finding.verdict, finding.backend == "fake"  ? Verdict::pass
                                 : finding.backend == "bad" ? Verdict::fail
                                                            : Verdict::skip)
          << got.back() << ": " << finding.reason;
    }
    EXPECT_EQ(got, expected) << workers << " workers";
  }
}

TEST_F(Verify, CountsItsProgressUpToAll) {
  for (const int workers : {1, 4}) {
    std::size_t last = 0, calls = 0;
    verify(backends, cases, workers, [&](std::size_t done, std::size_t all) {
      EXPECT_EQ(all, cases.size());
      EXPECT_GE(done, last);
      EXPECT_LE(done, all);
      last = done;
      ++calls;
    });
    EXPECT_EQ(last, cases.size());
    EXPECT_EQ(calls, cases.size());
  }
}

TEST_F(Verify, HandsOnWhatAWorkerThrows) {
  // No machine has the memory for the oracle's answer to the last ones.
  for (const int workers : {1, 2, 4})
    EXPECT_THAT([&] { verify(backends, cases_from("dense/B:1,1000000/T:1000000/F:1000/U:1000"), workers); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("choose a smaller")))
        << workers << " workers";
}

TEST_F(Verify, OfNothingFindsNothing) {
  EXPECT_TRUE(verify(backends, {}, 3).empty());
  EXPECT_TRUE(verify({}, cases, 3).empty());
}

TEST_F(Verify, Tallies) {
  std::vector<Finding> findings = verify(backends, cases, 2);
  findings.front().verdict = Verdict::untrusted;
  const Tally counts = tally(findings);
  EXPECT_EQ(counts.pass, cases.size() - 1);
  EXPECT_EQ(counts.fail, cases.size());
  EXPECT_EQ(counts.skip, cases.size());
  EXPECT_EQ(counts.untrusted, 1U);
  EXPECT_EQ(to_string(counts), "15 passed, 16 failed, 16 skipped, 1 untrusted, 0 ill-conditioned");
}

TEST(VerifyTally, HoldsWithoutAFailureOrADoubt) {
  EXPECT_TRUE(Tally{}.held());
  EXPECT_TRUE((Tally{3, 0, 2, 0}.held()));
  EXPECT_FALSE((Tally{3, 1, 0, 0}.held()));
  EXPECT_FALSE((Tally{3, 0, 0, 1}.held()));
}

TEST(VerifyModules, ComputeWhatTheOracleComputes) {
  const auto& backends = loaded_backends();
  const auto findings = verify(backends, cases_of("smoke"), 2);
  for (const Finding& finding : findings)
    EXPECT_TRUE(finding.verdict == Verdict::pass || finding.verdict == Verdict::skip)
        << repro_of(finding) << ": " << finding.reason;
  for (const Backend* backend : backends)
    EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.backend == backend->name() && finding.verdict == Verdict::pass;
    })) << backend->name();
}

}  // namespace
}  // namespace lockstep
