#include "reports/markdown.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/sample_for_test.h"
#include "reports/text.h"

namespace lockstep::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Markdown, AlignsItsPipes) {
  const Table table(
      "Speed",
      {{.name = "backend", .heading = "Backend"}, {.name = "rate", .heading = "Rate", .unit = "1/\u00B5s"}},
      {{"eigen", 12.5}, {"naive", {}}});
  EXPECT_EQ(markdown(table),
            "| Backend | Rate [1/\u00B5s] |\n"
            "|---------|------------:|\n"
            "| eigen   |       12.50 |\n"
            "| naive   |           – |\n");
}

TEST(Markdown, DoesNotPadALongLastColumn) {
  const std::string longest(100, 'x');
  const std::string text =
      markdown(Table("", {{.name = "a"}, {.name = "why"}}, {{"1", longest}, {"2", "short"}}));
  EXPECT_THAT(text, HasSubstr("| 2   | short |\n"));
  EXPECT_THAT(text, HasSubstr("| 1   | " + longest + " |\n"));
}

TEST(Markdown, EscapesMarkup) {
  EXPECT_EQ(escape_markdown("a|b\n<i> *x* `y` \\ __z__ simple_rnn"),
            "a\\|b<br>\\<i> \\*x\\* \\`y\\` \\\\ \\_\\_z\\_\\_ simple_rnn");
  EXPECT_EQ(escape_markdown("[a](b) [steps/s] ~~c~~ &amp;"), "[a\\](b) [steps/s] \\~\\~c\\~\\~ \\&amp;");
}

TEST(Markdown, KeepsCodeAsItStands) {
  const Table table("", {{.name = "again", .code = true}}, {{"x -T 1-8*2 a_b|c"}, {"`tick"}, {{}}});
  const std::string text = markdown(table);
  EXPECT_THAT(text, HasSubstr("| `x -T 1-8*2 a_b\\|c` |"));
  EXPECT_THAT(text, HasSubstr("| `` `tick ``"));
  EXPECT_THAT(text, HasSubstr("| –  "));
}

TEST(Markdown, DocumentTellsEverythingButCharts) {
  Document document;
  document.title = "T*";
  document.lead = {"# no heading"};
  document.facts = {{"Machine", "m"}, {"Command", "lockstep bench -T 1-8*2", true}};
  document.records = Table("All", {{.name = "r"}}, {{"record"}});
  document.sections = {{.heading = "S", .paragraphs = {"p"}, .charts = {sample_chart("Curve", {"a"})}}};
  const std::string without_tables = markdown(document);
  EXPECT_EQ(without_tables,
            "# T\\*\n\n\\# no heading\n\n- **Machine:** m\n- **Command:** `lockstep bench -T 1-8*2`\n\n## "
            "S\n\np\n\n"
            "*Chart in the HTML report: Curve*\n\n**All**\n\n| r      |\n|--------|\n| record |\n");
  document.sections[0].tables = {Table("Own", {{.name = "o"}}, {{"own"}})};
  EXPECT_THAT(markdown(document), HasSubstr("| own |"));
  EXPECT_THAT(markdown(document), Not(HasSubstr("record")));
}

}  // namespace
}  // namespace lockstep::reports
