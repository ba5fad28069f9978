#include "bench/gate/lab/child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::gate {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::HasSubstr;

std::string shell(const std::string& script, std::chrono::milliseconds timeout = 60s) {
  return run_child({{"/bin/sh", "-c", script}, {"LOCKSTEP_TEST=set"}}, timeout);
}

TEST(Child, IsQuietWhereAllIsWell) {
  EXPECT_EQ(shell("echo out; echo err >&2"), "");
}

TEST(Child, SaysHowItEnded) {
  EXPECT_EQ(shell("exit 3"), "exit status 3");
  EXPECT_EQ(shell("echo first >&2; echo last >&2; exit 4"), "exit status 4: last");
  EXPECT_THAT(shell("kill -SEGV $$"), HasSubstr("killed by signal 11 ("));
  EXPECT_THAT(run_child({{"/no/such/program"}, {}}, 60s), HasSubstr("cannot be started: No such file"));
}

TEST(Child, KeepsToOneLineHoweverMuchItSays) {
  const std::string said = shell("for i in $(seq 1 3000); do echo \"line $i\" >&2; done; exit 1");
  EXPECT_EQ(said, "exit status 1: line 3000");
  const std::string long_line = shell("head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1");
  EXPECT_LT(long_line.size(), 3000U);
}

TEST(Child, IsKilledWhenItDoesNotEnd) {
  EXPECT_EQ(shell("echo still at it >&2; exec sleep 600", 100ms),
            "not done after 0.1 s, so it was killed: still at it");
}

TEST(Child, HasItsOwnSettings) {
  EXPECT_EQ(shell("test \"$LOCKSTEP_TEST\" = set && test -n \"$PATH\""), "");
  ::setenv("LOCKSTEP_TEST", "other", 1);
  EXPECT_EQ(shell("test \"$LOCKSTEP_TEST\" = set"), "");
  ::unsetenv("LOCKSTEP_TEST");
}

}  // namespace
}  // namespace lockstep::gate
