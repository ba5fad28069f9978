#include "bench/manual/man_page.h"

#include <gmock/gmock.h>

#include "bench/manual/manual_for_test.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ManPage, HasASectionForEachCommandWithItsOptions) {
  const std::string page = man_page(manual_of(ProgramForTest()), "1.2");
  EXPECT_THAT(page,
              HasSubstr(".TH IT 1 \"\" \"it 1.2\" \"User Commands\"\n.ad l\n.SH NAME\nit \\- Does it.\n"));
  EXPECT_THAT(page, HasSubstr(".SS \\fBit run\\fR [\\fIOPTIONS\\fR] \\fImodel\\fR\n"));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-T\\fR, \\fB\\-\\-time\\-steps\\fR \\fIINT\\fR\nSteps, of"));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-check\\fR\nChecks it\n"));
  EXPECT_THAT(page, HasSubstr("Exit status:\n.br\n"));
  EXPECT_THAT(page, HasSubstr("\\fIproblems\\fR ...\n"));
  EXPECT_THAT(page, Not(HasSubstr("Hidden")));
  EXPECT_EQ(page.find("\\-\\-help"), page.rfind("\\-\\-help")) << "said for each command again";
}

TEST(ManPage, SaysWhatTheExitStatusTellsAndWhatTheEnvironmentSets) {
  const std::string page = man_page(manual_of(ProgramForTest()), "1.2");
  EXPECT_THAT(page, HasSubstr(".SH EXIT STATUS\n.TP\n\\fB0\\fR\nall held\n"));
  EXPECT_THAT(page,
              HasSubstr("\\fB1\\fR\na verification failed, a regression is confirmed, or the two that doctor "
                        "compares differ\n"));
  for (const char* status : {"2", "3", "4"})
    EXPECT_THAT(page, HasSubstr(std::string(".TP\n\\fB") + status + "\\fR\n")) << status;
  EXPECT_THAT(page, HasSubstr(".SH ENVIRONMENT\n.TP\n"));
  for (const char* name : {"LOCKSTEP_MODULES", "LOCKSTEP_FUSED_ISA", "XDG_CACHE_HOME"})
    EXPECT_THAT(page, HasSubstr(std::string(".TP\n\\fB") + name + "\\fR\n")) << name;
}

TEST(ManPage, TakesNoTextForACommandOfRoff) {
  EXPECT_THAT(man_page(manual_of(ProgramForTest()), "1.2"),
              AllOf(HasSubstr("\n\\&.npy files\n"), HasSubstr("\n\\&.npy files, too\n")));
}

}  // namespace
}  // namespace lockstep
