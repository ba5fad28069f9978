#include "reports/html.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/sample_for_test.h"
#include "reports/xml_for_test.h"

namespace lockstep::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

Document sample(int charts) {
  Document document;
  document.title = "Which <library> & when";
  document.lead = {"It's \"this\" one."};
  document.facts = {{"Machine", "m"}, {"Command", "lockstep bench --threads 1", true}};
  document.caption = {"On machine m, all verified."};
  for (int i = 0; i < charts; ++i)
    document.sections.push_back(
        {.heading = "Section " + std::to_string(i),
         .paragraphs = {"p"},
         .charts = {sample_chart("Chart", {"naive", "eigen", "openblas", "onednn"})}});
  return document;
}

TEST(Html, TwelveChartsLoadNothingAndStaySmall) {
  const std::string page = html(sample(12));
  EXPECT_LT(page.size(), 300000u);
  const auto root = parse_xml(page);
  EXPECT_EQ(root->all("svg").size(), 12u);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  std::set<std::string> ids, targets;
  root->visit([&](const Element& e) {
    for (const auto& [name, value] : e.attributes) {
      EXPECT_FALSE(name.starts_with("on")) << name;
      EXPECT_TRUE(name.starts_with("xmlns") || value.find("//") == value.npos) << e.name << ' ' << name;
      EXPECT_TRUE(name != "id" || ids.insert(value).second) << "twice: " << value;
      if (name == "href" || name == "src") targets.insert(value);
    }
    for (const char* loads : {"link", "img", "iframe", "object", "embed", "image", "base"})
      EXPECT_NE(e.name, loads);
  });
  EXPECT_GE(targets.size(), 12u);
  for (const std::string& target : targets) {
    ASSERT_EQ(target.front(), '#');
    EXPECT_TRUE(ids.contains(target.substr(1))) << target;
  }
}

TEST(Html, EscapesAllText) {
  const std::string nasty = "</td><script>alert('x')</script>&amp;\"\x01";
  Document document = sample(0);
  Chart chart = sample_chart(nasty, {nasty});
  chart.x_label = chart.y_label = nasty;
  chart.caption = {nasty};
  document.title = nasty;
  document.lead = document.caption = {nasty};
  document.facts = {{nasty, nasty}, {"Command", nasty, true}};
  document.sections = {{.heading = nasty,
                        .paragraphs = {nasty},
                        .charts = {chart},
                        .tables = {Table(nasty, {{.name = nasty, .unit = nasty}}, {{nasty}})}},
                       {.heading = nasty}};
  const std::string page = html(document);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  const auto root = parse_xml(page);
  const std::string kept = "</td><script>alert('x')</script>&amp;\"\uFFFD";
  EXPECT_EQ(root->all("h1").at(0)->text, kept);
  EXPECT_EQ(root->all("td").at(0)->text, kept);
  EXPECT_EQ(root->all("h2").size(), 2u);
}

TEST(Html, IsReadableForEveryone) {
  const auto root = parse_xml(html(sample(2)));
  EXPECT_EQ(root->attributes["lang"], "en");
  bool viewport = false;
  for (const Element* meta : root->all("meta"))
    viewport |= meta->attributes.count("name") && meta->attributes.at("name") == "viewport";
  EXPECT_TRUE(viewport);
  EXPECT_EQ(root->all("h1").size(), 1u);
  EXPECT_EQ(root->all("h2").size(), 2u);
  EXPECT_EQ(root->all("li").size(), 2u);
  for (const Element* svg : root->all("svg"))
    EXPECT_THAT(svg->attributes.at("aria-label"), HasSubstr("Chart"));
  for (const Element* figure : root->all("figure"))
    EXPECT_THAT(figure->text, HasSubstr("On machine m, all verified."));
  for (const char* rule : {"prefers-color-scheme: dark", "@media print", "overflow-x: auto"})
    EXPECT_THAT(root->all("style").at(0)->text, HasSubstr(rule));
}

TEST(Html, TellsAChartWithoutPoints) {
  Document document = sample(2);
  document.sections[0].charts[0].series.clear();
  const auto root = parse_xml(html(document));
  EXPECT_EQ(root->all("svg").size(), 1u);
  EXPECT_THAT(root->all("figure").at(0)->text, HasSubstr("Nothing was measured"));
  EXPECT_EQ(root->all("figure").at(1)->all("svg").size(), 1u);
}

}  // namespace
}  // namespace lockstep::reports
