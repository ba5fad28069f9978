#include "verify/shell_word.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(ShellWord, QuotesWhatAShellWouldRead) {
  EXPECT_EQ(shell_word("seed:gru16-td/reset_after:0"), "seed:gru16-td/reset_after:0");
  EXPECT_EQ(shell_word("../of mine/$(id).keras"), "'../of mine/$(id).keras'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace lockstep
