#include "reports/junit.h"

#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/xml_for_test.h"

namespace lockstep::reports {
namespace {

TEST(Junit, CountsPerSuiteAndInTotal) {
  const std::string xml =
      junit("verify", {{"lstm", "a", 0.5, Outcome::pass, ""},
                       {"gru", "b", 0.25, Outcome::fail, "off by 3\nrepeat: lockstep verify b"},
                       {"lstm", "c", 0, Outcome::skip, "no reset_after"},
                       {"lstm", "d", 1, Outcome::error, "no module"}});
  const auto root = parse_xml(xml);
  EXPECT_EQ(root->name, "testsuites");
  EXPECT_EQ(root->attributes["tests"], "4");
  EXPECT_EQ(root->attributes["time"], "1.750000");
  ASSERT_EQ(root->children.size(), 2u);
  auto& lstm = *root->children[0];
  EXPECT_EQ(lstm.attributes["name"], "lstm");
  EXPECT_EQ(lstm.attributes["tests"], "3");
  EXPECT_EQ(lstm.attributes["failures"], "0");
  EXPECT_EQ(lstm.attributes["errors"], "1");
  EXPECT_EQ(lstm.attributes["skipped"], "1");
  EXPECT_TRUE(lstm.children[0]->children.empty());
  EXPECT_EQ(lstm.children[1]->children[0]->name, "skipped");
  EXPECT_EQ(lstm.children[2]->children[0]->name, "error");
  auto& failure = *root->children[1]->children[0]->children[0];
  EXPECT_EQ(failure.name, "failure");
  EXPECT_EQ(failure.attributes["message"], "off by 3");
  EXPECT_EQ(failure.text, "off by 3\nrepeat: lockstep verify b");
}

TEST(Junit, StaysXmlWhateverTheTextHolds) {
  const std::string nasty = "<&>\"' \x01\x1B[31m \xFF ]]> \u00B5";
  const auto root = parse_xml(junit(nasty, {{nasty, nasty, 0, Outcome::fail, nasty}}));
  const std::string kept = "<&>\"' \uFFFD\uFFFD[31m \uFFFD ]]> \u00B5";
  EXPECT_EQ(root->attributes["name"], kept);
  EXPECT_EQ(root->children[0]->children[0]->attributes["name"], kept);
  EXPECT_THAT(root->text, testing::HasSubstr(kept));
}

TEST(Junit, RefusesATimeThatIsNone) {
  for (const double bad :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    EXPECT_THROW(junit("t", {{"s", "n", bad, Outcome::pass, ""}}), std::invalid_argument);
}

}  // namespace
}  // namespace lockstep::reports
