#include "backends/in_quotes.h"

#include <gmock/gmock.h>

namespace lockstep {
namespace {

TEST(InQuotes, LeavesPrintableTextAsItIs) {
  EXPECT_EQ(in_quotes("lstm/T:1-8*2, späße"), "\"lstm/T:1-8*2, späße\"");
  EXPECT_EQ(in_quotes(""), "\"\"");
}

TEST(InQuotes, EscapesWhatWouldBreakTheLine) {
  EXPECT_EQ(in_quotes("a\nb\r\t\x1b\x7f"), R"("a\nb\r\t\x1b\x7f")");
  EXPECT_EQ(in_quotes(std::string_view("a\0b", 3)), R"("a\x00b")");
}

TEST(InQuotes, EscapesBytesThatAreNoUtf8) {
  EXPECT_EQ(in_quotes("\xff\xc3"), R"("\xff\xc3")");
}

TEST(InQuotes, CutsAVeryLongTextAndSaysHowLongItWas) {
  EXPECT_EQ(in_quotes(std::string(200, 'x')), '"' + std::string(200, 'x') + '"');
  EXPECT_EQ(in_quotes(std::string(201, 'x')), '"' + std::string(200, 'x') + "\"... (201 bytes)");
}

}  // namespace
}  // namespace lockstep
