#include "reports/text.h"

#include <gtest/gtest.h>

namespace lockstep::reports {
namespace {

TEST(CleanText, KeepsUtf8) {
  EXPECT_EQ(clean_text("T = 1 \u2026 4096,\t\u00B5s\n"), "T = 1 \u2026 4096,\t\u00B5s\n");
  EXPECT_EQ(clean_text("\U0001F600"), "\U0001F600");
}

TEST(CleanText, ReplacesWhatNoFormatCarries) {
  EXPECT_EQ(clean_text("a\x01z"), "a\uFFFDz");
  EXPECT_EQ(clean_text("a\rz"), "a\uFFFDz");
  EXPECT_EQ(clean_text("\xFF!"), "\uFFFD!");
  EXPECT_EQ(clean_text("cut \xE2\x80"), "cut \uFFFD\uFFFD");
  EXPECT_EQ(clean_text("overlong \xC0\xAF"), "overlong \uFFFD\uFFFD");
  EXPECT_EQ(clean_text("overlong \xE0\x80\xAF"), "overlong \uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(clean_text("overlong \xE0\x9F\xBF"), "overlong \uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(clean_text("surrogate \xED\xA0\x80"), "surrogate \uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(clean_text("\xEF\xBF\xBF"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(clean_text("beyond \xF4\x90\x80\x80"), "beyond \uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(EscapeXml, LeavesNoMarkup) {
  EXPECT_EQ(escape_xml("<a href=\"x\">'&'\x02"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;\uFFFD");
}

TEST(Width, CountsCharactersNotBytes) {
  EXPECT_EQ(width("\u00B5s/\u221A"), 4u);
}

}  // namespace
}  // namespace lockstep::reports
