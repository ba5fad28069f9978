#include "verify/relations/report.h"

#include <limits>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "reports/csv.h"
#include "reports/json.h"
#include "reports/markdown.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RelationFinding finding(std::string_view relation, std::string backend, Verdict verdict) {
  RelationFinding found;
  found.relation = relation;
  found.subject = "lstm/B:2";
  found.backend = std::move(backend);
  found.verdict = verdict;
  for (const Relation& one : relations())
    if (one.name == relation) found.how_equal = one.how_equal;
  if (verdict == Verdict::skip) {
    found.reason = "cannot";
  } else {
    found.compared = 200;
    if (verdict == Verdict::fail) found.reason = "output: too far";
  }
  if (verdict != Verdict::pass) found.repro = "lockstep verify lstm/B:2 --backends x --relations";
  return found;
}

class RelationsReport : public ::testing::Test {
 protected:
  RelationsReport() {
    findings[0].different = 3;
    findings[0].largest_share = 0.25;
    findings[0].largest_difference = 0x1p-21;
    findings[1].largest_difference = std::numeric_limits<double>::infinity();
  }
  std::vector<RelationFinding> findings{
      finding("prefix", "one", Verdict::pass), finding("prefix", "two", Verdict::fail),
      finding("prefix", "one", Verdict::pass), finding("repeat", "one", Verdict::pass),
      finding("repeat", "two", Verdict::skip), finding("threads", "two", Verdict::skip)};
  reports::Document report() const { return relations_report(findings, "typed", {{"one", "1.0"}}); }
};

TEST_F(RelationsReport, HasARowForEachRelationAndAColumnForEachBackend) {
  const std::string text = reports::markdown(report());
  EXPECT_THAT(text, HasSubstr("# lockstep: a relation does not hold"));
  EXPECT_THAT(text, HasSubstr("3 passed, 1 failed, 2 skipped"));
  EXPECT_THAT(text, HasSubstr("| prefix   | same math | 2 held | 1 FAILED  |"));
  EXPECT_THAT(text, HasSubstr("| repeat   | bitwise   | 1 held | 1 skipped |"));
  EXPECT_THAT(text, HasSubstr("| threads  | same math | –      | 1 skipped |"));
  EXPECT_THAT(text, Not(HasSubstr("| hand-over | same math")));
}

TEST_F(RelationsReport, SaysHowEqualTheSidesAre) {
  const std::string text = reports::markdown(report());
  EXPECT_THAT(text, HasSubstr("| prefix   | same math | 0.25; 8 u; 0.8 % | not finite |"));
  EXPECT_THAT(text, HasSubstr("| repeat   | bitwise   | same bits        | –          |"));
}

TEST_F(RelationsReport, RepeatsWhatDidNotHoldAndGroupsTheSkips) {
  const std::string text = reports::markdown(report());
  EXPECT_THAT(text, HasSubstr("| fail    | prefix   | `lstm/B:2` | two     | output: too far | `lockstep "
                              "verify lstm/B:2 --backends x --relations` |"));
  EXPECT_THAT(text, HasSubstr("| two     | repeat, threads | cannot |    2 | `lockstep verify"));
}

TEST_F(RelationsReport, HasNoSectionForWhatDidNotHappen) {
  findings.resize(1);
  const std::string text = reports::markdown(report());
  EXPECT_THAT(text, HasSubstr("# lockstep: every relation holds"));
  EXPECT_THAT(text, Not(HasSubstr("Not held")));
  EXPECT_THAT(text, Not(HasSubstr("Skipped, with")));
  findings = {finding("repeat", "two", Verdict::skip)};
  EXPECT_THAT(reports::markdown(report()), HasSubstr("# lockstep: nothing was compared"));
}

TEST_F(RelationsReport, TellsJUnitOfEveryFinding) {
  const auto tests = report().tests;
  ASSERT_EQ(tests.size(), findings.size());
  EXPECT_EQ(tests[0].suite, "one.prefix");
  EXPECT_EQ(tests[0].name, "lstm/B:2");
  EXPECT_EQ(tests[0].outcome, reports::Outcome::pass);
  EXPECT_EQ(tests[1].outcome, reports::Outcome::fail);
  EXPECT_THAT(tests[1].message, HasSubstr("output: too far\nlockstep verify lstm/B:2"));
  EXPECT_EQ(tests[4].outcome, reports::Outcome::skip);
}

TEST_F(RelationsReport, HasARecordForEachFindingAndNothingThatIsNotFinite) {
  const auto records = nlohmann::json::parse(reports::dump(reports::json(report()))).at("records");
  ASSERT_EQ(records.size(), findings.size());
  EXPECT_EQ(records[0].at("difference_over_allowed"), 0.25);
  EXPECT_EQ(records[1].at("largest_difference"), "not finite");
  EXPECT_EQ(records[1].at("verdict"), "fail");
  EXPECT_TRUE(records[4].at("compared").is_null());
  EXPECT_TRUE(records[3].at("difference_over_allowed").is_null());
}

}  // namespace
}  // namespace lockstep
