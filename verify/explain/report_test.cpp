#include "verify/explain/report.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "verify/explain/faulty_for_test.h"
#include "verify/fake_for_test.h"
#include "verify/verify.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Case> cases_of_text(std::initializer_list<const char*> texts) {
  std::vector<Case> cases;
  for (const char* text : texts) cases.push_back({parse_problem(text), "a test"});
  return cases;
}

std::vector<Explanation> explained(std::span<const Backend* const> backends, std::span<const Case> cases) {
  return explain_failures(backends, cases, verify(backends, cases, 1));
}

TEST(ExplainReport, ExplainsTheFirstFailureOfEachBackend) {
  PlantedBackend bad;
  bad.run = resets_before;
  const FakeBackend good(Fault::none, "good"), refuses(Fault::refuses, "refuses");
  const std::vector<const Backend*> backends{&good, &bad, &refuses};
  const auto cases =
      cases_of_text({"lstm/B:2/T:3/F:4/U:5", "gru/B:2/T:3/F:4/U:5/seq:1", "gru/B:3/T:3/F:4/U:5"});
  const auto found = explained(backends, cases);
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found.front().failing.backend, "planted");
  EXPECT_EQ(found.front().failing.subject, to_string(cases[1].problem));

  reports::Document document;
  add_explanations(found, document);
  for (const std::string& text : {reports::markdown(document), reports::html(document)}) {
    EXPECT_THAT(text, HasSubstr("What went wrong"));
    EXPECT_THAT(text, HasSubstr("lockstep verify " + found.front().shrunk.finding.subject));
    EXPECT_THAT(text, HasSubstr("candidate h (recurrent kernel, recurrent bias)"));
    EXPECT_THAT(text, HasSubstr("The reset gate is applied before the recurrent product"));
  }
  EXPECT_THAT(reports::dump(reports::json(document)), HasSubstr("candidate h (recurrent kernel"));
}

TEST(ExplainReport, ExplainsFourAtMost) {
  const FakeBackend a(Fault::throws_in_run, "a"), b(Fault::throws_in_run, "b"), c(Fault::throws_in_run, "c"),
      d(Fault::throws_in_run, "d"), e(Fault::throws_in_run, "e");
  const std::vector<const Backend*> backends{&a, &b, &c, &d, &e};
  EXPECT_EQ(explained(backends, cases_of_text({"lstm/B:2/T:3/F:4/U:5"})).size(), 4);
}

TEST(ExplainReport, AddsNothingWhereNothingFails) {
  const FakeBackend good, refuses(Fault::refuses, "refuses");
  const std::vector<const Backend*> backends{&good, &refuses};
  const auto found = explained(backends, cases_of_text({"lstm/B:2/T:3/F:4/U:5"}));
  EXPECT_THAT(found, IsEmpty());
  reports::Document document;
  add_explanations(found, document);
  EXPECT_THAT(document.sections, IsEmpty());
  EXPECT_THAT(document.lead, IsEmpty());
}

}  // namespace
}  // namespace lockstep
