#include "verify/report.h"

#include <limits>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/problem_text.h"
#include "reports/csv.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/xml_for_test.h"
#include "verify/fake_for_test.h"
#include "verify/verify.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

class VerifyReport : public ::testing::Test {
 protected:
  VerifyReport() {
    const FakeBackend good, bad(Fault::no_bias, "bad"), hole(Fault::leaves_one, "hole"),
        refuses(Fault::refuses, "refuses");
    const std::vector<const Backend*> backends{&good, &bad, &hole, &refuses};
    std::vector<Case> cases;
    for (const char* text :
         {"lstm/B:3/T:7/F:5/U:9/seq:1/state:1/final:1", "gru/B:2/T:3/F:5/U:9/seq:1/reset_after:0",
          "dense/B:2/T:3/F:5/U:9/style:time_distributed"})
      cases.push_back({parse_problem(text), "of a test", 42});
    findings = verify(backends, cases, 1);
    findings[4].verdict = Verdict::untrusted;
    findings[4].reason = "too alike";
  }
  reports::Document report() const {
    return verification_report(findings, {}, "lockstep verify", {{"good", "1"}, {"bad", "2"}});
  }
  nlohmann::json records() const {
    return nlohmann::json::parse(reports::dump(reports::json(report()))).at("records");
  }
  std::vector<Finding> findings;
};

TEST_F(VerifyReport, EveryRowThatIsNoPassSaysHowToRepeatIt) {
  const auto rows = records();
  ASSERT_EQ(rows.size(), findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto& row = rows[i];
    EXPECT_EQ(row.at("verdict"), to_string(findings[i].verdict));
    EXPECT_EQ(row.at("backend"), findings[i].backend);
    if (row.at("verdict") == "pass") {
      EXPECT_TRUE(row.at("repro").is_null());
      continue;
    }
    EXPECT_NE(row.at("reason"), "");
    const auto words = words_of(row.at("repro").get<std::string>());
    ASSERT_EQ(words.size(), 7U) << row.at("repro");
    EXPECT_EQ(words[0] + " " + words[1], "lockstep verify");
    EXPECT_EQ(to_string(parse_problem(words[2])), row.at("problem"));
    EXPECT_EQ(words[3] + " " + words[4], "--backends " + findings[i].backend);
    EXPECT_EQ(words[5] + " " + words[6], "--seed 42");
  }
}

TEST_F(VerifyReport, ReproNamesTheGainAndTheModuleWhereTheyWereGiven) {
  Finding finding({parse_problem("gru/B:2"), "", 7, 2.5}, "mine");
  finding.module = "../mine.so";
  EXPECT_EQ(repro_of(finding), "lockstep verify " + to_string(parse_problem("gru/B:2")) +
                                   " --backends mine --module ../mine.so --seed 7 --gain 2.5");
}

TEST_F(VerifyReport, ReproLeavesTheDefaultSeedOut) {
  EXPECT_EQ(repro_of(Finding({parse_problem("gru/B:2"), "", default_seed}, "eigen")),
            "lockstep verify " + to_string(parse_problem("gru/B:2")) + " --backends eigen");
}

TEST_F(VerifyReport, ReproNamesAFallbackThatVerifyDoesNotTakeByItself) {
  Finding shared({parse_problem("gru/B:2"), "", default_seed}, "onednn");
  const std::string of_alone = repro_of(shared);
  shared.left = "lstm, gru -> naive";
  EXPECT_EQ(repro_of(shared), of_alone);
  shared.left = "lstm, gru -> fused";
  EXPECT_EQ(repro_of(shared), of_alone + " --fallback fused");
}

TEST_F(VerifyReport, PeopleSeeWhatDidNotPassAndWhy) {
  const std::string page = reports::parse_xml(reports::html(report()))->text;
  for (const std::string& text : {reports::markdown(report()), page}) {
    for (const char* told : {"verification failed", "too alike", "the fake refuses"})
      EXPECT_NE(text.find(told), text.npos) << told;
    for (const Finding& finding : findings)
      if (finding.verdict == Verdict::fail || finding.verdict == Verdict::untrusted) {
        EXPECT_NE(text.find(repro_of(finding)), text.npos) << repro_of(finding);
      }
  }
}

TEST_F(VerifyReport, WritesAnInfiniteErrorAsWords) {
  ASSERT_EQ(findings[2].backend, "hole");
  ASSERT_EQ(findings[2].largest_error, std::numeric_limits<double>::infinity());
  EXPECT_EQ(records().at(2).at("largest_error"), "not finite");
  EXPECT_EQ(records().at(2).at("error_over_tolerance"), "not finite");
  EXPECT_THAT(reports::csv(report().records), HasSubstr("not finite"));
  EXPECT_THAT(reports::markdown(report()), HasSubstr("not finite"));
  EXPECT_THAT(reports::csv(report().records), Not(HasSubstr("inf,")));
}

TEST_F(VerifyReport, LeavesOutWhatWasNotCompared) {
  EXPECT_EQ(records().at(3).at("verdict"), "skip");
  EXPECT_TRUE(records().at(3).at("largest_error").is_null());
  EXPECT_TRUE(records().at(3).at("tolerance").is_null());
}

TEST_F(VerifyReport, CountsByLayerAndBackend) {
  const auto table = reports::json(report().sections.front().tables.front());
  ASSERT_EQ(table.size(), 12U);
  EXPECT_EQ(table[0].at("layer"), "lstm");
  EXPECT_EQ(table[0].at("pass"), 1);
  EXPECT_EQ(table[1].at("fail"), 1);
  EXPECT_EQ(table[3].at("skip"), 1);
  EXPECT_EQ(table[4].at("untrusted"), 1);
}

TEST_F(VerifyReport, SaysSoWhenAllHeld) {
  std::erase_if(findings, [](const Finding& one) { return one.verdict != Verdict::pass; });
  EXPECT_EQ(report().title, "lockstep: every backend computes the same");
  EXPECT_EQ(report().sections.size(), 1U);
  findings.clear();
  EXPECT_NO_THROW(reports::markdown(report()));
}

}  // namespace
}  // namespace lockstep
