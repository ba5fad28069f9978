#include "bench/manual/manual.h"

#include <gmock/gmock.h>

#include "bench/manual/manual_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;

TEST(Manual, HasEveryCommandAndOptionThatHelpShows) {
  const Manual manual = manual_of(ProgramForTest());
  EXPECT_EQ(manual.program, "it");
  EXPECT_EQ(manual.description, "Does it.");
  ASSERT_EQ(manual.options.size(), 1U);
  EXPECT_THAT(manual.options[0].names, ElementsAre("-h", "--help"));
  ASSERT_EQ(manual.commands.size(), 2U);
  const ManualCommand& run = manual.commands[0];
  EXPECT_EQ(run.name, "run");
  EXPECT_EQ(run.footer, "Exit status:\n  0  fine\n.npy files, too");
  ASSERT_EQ(run.arguments.size(), 1U);
  EXPECT_EQ(run.arguments[0].value, "model");
  EXPECT_FALSE(run.arguments[0].repeats);
  ASSERT_EQ(run.options.size(), 4U);
  EXPECT_THAT(run.options[1].names, ElementsAre("-T", "--time-steps"));
  EXPECT_EQ(run.options[1].value, "INT");
  EXPECT_THAT(run.options[2].names, ElementsAre("--input", "--in"));
  EXPECT_TRUE(run.options[2].repeats);
  EXPECT_EQ(run.options[3].value, "");
  EXPECT_TRUE(manual.commands[1].arguments[0].repeats);
}

}  // namespace
}  // namespace lockstep
