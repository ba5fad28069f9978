#include "verify/mutants/choice.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/mutants/mutant.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Case> cases_from(std::initializer_list<const char*> texts) {
  std::vector<Case> cases;
  for (const char* text : texts) cases.push_back({parse_problem(text), "a test"});
  return cases;
}

TEST(Choice, TakesWhatIsNewFirstAndThenWhatIsCheap) {
  const auto cases = cases_from({"lstm/B:1/T:9/F:2/U:3/seq:1", "lstm/B:1/T:2/F:2/U:3/seq:1",
                                 "gru/B:3/T:9/F:2/U:3/seq:1/back:1/state:1", "lstm/B:1/T:1/F:2/U:3/seq:1",
                                 "lstm/B:1/T:8/F:2/U:3/seq:0"});
  EXPECT_THAT(Choice(cases).of(control(), 9), ElementsAre(2, 4, 3, 1, 0));
  EXPECT_THAT(Choice(cases).of(control(), 2), ElementsAre(2, 4));
}

TEST(Choice, TakesOnlyWhereTheMutantApplies) {
  const auto cases = cases_from({"lstm/B:1/T:9/F:2/U:3", "gru/B:1/T:2/F:2/U:3"});
  EXPECT_THAT(Choice(cases).of(find_mutant("gru_z_r_swapped"), 9), ElementsAre(1));
  EXPECT_THAT(Choice(cases).of(find_mutant("mask_ignored"), 9), IsEmpty());
}

TEST(Choice, CostsMoreWithEveryAxis) {
  const double cost = cost_of(parse_problem("lstm/B:2/T:3/F:4/U:5"));
  for (const char* more :
       {"lstm/B:3/T:3/F:4/U:5", "lstm/B:2/T:4/F:4/U:5", "lstm/B:2/T:3/F:5/U:5", "lstm/B:2/T:3/F:4/U:6"})
    EXPECT_GT(cost_of(parse_problem(more)), cost) << more;
}

}  // namespace
}  // namespace lockstep
