#include "cases/packs.h"

#include <algorithm>
#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Packs, AreSets) {
  EXPECT_GE(pack_texts().size(), 5U);
  for (const PackText& pack : pack_texts()) {
    const auto& sets = case_sets();
    const auto found =
        std::find_if(sets.begin(), sets.end(), [&](const CaseSet& one) { return one.name == pack.name; });
    ASSERT_NE(found, sets.end()) << pack.name;
    EXPECT_EQ(found->lines.size(), read_pack(pack).lines.size());
  }
}

TEST(Packs, HaveEveryShapeOfTheirSource) {
  EXPECT_EQ(cases_of("deepbench-server").size(), 69U);
  EXPECT_EQ(cases_of("deepbench-device").size(), 3U);
  EXPECT_EQ(cases_of("benchdnn-inference").size(), 52U);
  EXPECT_EQ(cases_of("audio").size(), 17U);
  EXPECT_EQ(cases_of("vollo").size(), 10U);
}

TEST(Packs, OfStepsHaveOneStepWithItsStates) {
  for (const char* pack : {"audio", "vollo"})
    for (const Case& one : cases_of(pack)) {
      EXPECT_EQ(one.problem.shape.batch, 1);
      EXPECT_EQ(one.problem.shape.time_steps, 1);
      const bool has_states = one.problem.extras.initial_state && one.problem.extras.final_state;
      EXPECT_EQ(has_states, as_recurrent(one.problem) != nullptr) << to_string(one.problem);
    }
}

TEST(ReadPack, TakesProblemsAndTheirSource) {
  const CaseSet set = read_pack({"mine", "# why\n# more\n\nlstm/T:1,2   | somewhere, page 3\ngru/T:1|there"});
  EXPECT_EQ(set.name, "mine");
  EXPECT_EQ(set.why, "why");
  ASSERT_EQ(set.lines.size(), 2U);
  EXPECT_EQ(set.lines[0].problems, "lstm/T:1,2");
  EXPECT_EQ(set.lines[0].why, "somewhere, page 3");
  EXPECT_EQ(set.lines[1].problems, "gru/T:1");
}

TEST(ReadPack, RefusesOtherLines) {
  const auto reading = [](std::string_view text) { return [text] { read_pack({"mine", text}); }; };
  EXPECT_THAT(reading("# why\nlstm/T:1\n"),
              ThrowsMessage<std::invalid_argument>(
                  HasSubstr("pack mine: line \"lstm/T:1\": accepted is PROBLEMS | SOURCE")));
  for (const char* text : {"# why\nlstm/T:1 |\n", "# why\n| there\n"})
    EXPECT_THROW(reading(text)(), std::invalid_argument) << text;
  for (const char* text : {"", "lstm/T:1 | there\n"})
    EXPECT_THAT(reading(text), ThrowsMessage<std::invalid_argument>(HasSubstr("\"# WHY\" in the first")));
}

}  // namespace
}  // namespace lockstep
