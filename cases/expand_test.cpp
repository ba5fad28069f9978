#include "cases/expand.h"

#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "backends/refusal_for_test.h"
#include "cases/printed_for_test.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

TEST(ParseList, TakesOneNumber) {
  EXPECT_THAT(parse_list("7"), ElementsAre(7));
  EXPECT_THAT(parse_list("9223372036854775807"), ElementsAre(largest));
}

TEST(ParseList, KeepsTheOrderAndRepetitionsOfItsNumbers) {
  EXPECT_THAT(parse_list("64,1,8,1"), ElementsAre(64, 1, 8, 1));
}

TEST(ParseList, AddsInARangeWithPlus) {
  EXPECT_THAT(parse_list("1-9+4"), ElementsAre(1, 5, 9));
  EXPECT_THAT(parse_list("1-8+4"), ElementsAre(1, 5));
  EXPECT_THAT(parse_list("3-3+1"), ElementsAre(3));
  EXPECT_THAT(parse_list("3-5+100"), ElementsAre(3));
}

TEST(ParseList, MultipliesInARangeWithAsterisk) {
  EXPECT_THAT(parse_list("1-4096*2"), ElementsAre(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096));
  EXPECT_THAT(parse_list("3-100*4"), ElementsAre(3, 12, 48));
}

TEST(ParseList, MixesNumbersAndRanges) {
  EXPECT_THAT(parse_list("5,1-3+1,10-1000*10,2"), ElementsAre(5, 1, 2, 3, 10, 100, 1000, 2));
}

TEST(ParseList, ReachesTheLargestNumberWithoutOverflow) {
  EXPECT_THAT(parse_list("9223372036854775800-9223372036854775807+5"), ElementsAre(largest - 7, largest - 2));
  EXPECT_THAT(parse_list("4611686018427387904-9223372036854775807*2"), ElementsAre(std::int64_t{1} << 62));
  EXPECT_THAT(parse_list("1-2+9223372036854775807"), ElementsAre(1));
}

TEST(ParseList, HoldsUpToTenThousandValues) {
  EXPECT_EQ(parse_list("1-10000+1").size(), 10'000U);
  EXPECT_THROW(parse_list("1-10001+1"), std::invalid_argument);
  EXPECT_THROW(parse_list("1-6000+1,1-6000+1"), std::invalid_argument);
  EXPECT_THROW(parse_list("1-9223372036854775807+1"), std::invalid_argument);
}

TEST(ParseList, RefusesWhatIsNoListInOneLine) {
  for (const char* text : {"",
                           ",",
                           "1,",
                           ",1",
                           "1,,2",
                           "0",
                           "-1",
                           "1-",
                           "-5+1",
                           "1-5",
                           "1-5+",
                           "1-5*",
                           "1-5+0",
                           "1-5*1",
                           "1-5*0",
                           "5-1+1",
                           "1-5-9+1",
                           "1-5+1+1",
                           "1-5*2*2",
                           "a",
                           "1a",
                           "1 ",
                           " 1",
                           "1.5",
                           "1e3",
                           "0x8",
                           "1;2",
                           "1-a+1",
                           "0-5+1",
                           "9223372036854775808",
                           "1-9223372036854775808*2",
                           "1\n2",
                           "\xff",
                           "1+2",
                           "2*3"}) {
    const std::string message = refusal_of([&] { parse_list(text); });
    EXPECT_THAT(message,
                AllOf(StartsWith("list \""), HasSubstr("accepted are whole numbers from 1 on and ranges"),
                      Not(HasSubstr("\n"))))
        << text;
  }
}

std::vector<std::string> texts_of(std::string_view text) {
  std::vector<std::string> texts;
  for (const Problem& problem : expand_problems(text)) texts.push_back(to_string(problem));
  return texts;
}

/// The same problems, written out.
TEST(ExpandProblems, LeavesOneProblemAsItIs) {
  const char* text = "gru/B:2/T:3/F:4/U:5/seq:1/act:relu/bias:0/reset_after:0/mask:holes/threads:2";
  EXPECT_EQ(texts_of(text), printed({text}));
}

TEST(ExpandProblems, CrossesTheFieldsTheLastOfThemFastest) {
  EXPECT_EQ(texts_of("lstm/T:1,2/U:3,4,5"), printed({"lstm/T:1/U:3", "lstm/T:1/U:4", "lstm/T:1/U:5",
                                                     "lstm/T:2/U:3", "lstm/T:2/U:4", "lstm/T:2/U:5"}));
}

TEST(ExpandProblems, TakesRangesInEveryNumericField) {
  EXPECT_EQ(texts_of("dense/B:1-3+2/T:1-4*2/threads:1-2+1").size(), 2U * 3 * 2);
  EXPECT_EQ(texts_of("dense/F:5-7+1/U:1-8*2").size(), 3U * 4);
}

TEST(ExpandProblems, TakesListsOfFlags) {
  EXPECT_EQ(texts_of("lstm/seq:0,1"), printed({"lstm/seq:0", "lstm/seq:1"}));
  EXPECT_EQ(texts_of("lstm/seq:1,0"), printed({"lstm/seq:1", "lstm/seq:0"}));
}

TEST(ExpandProblems, TakesListsOfNames) {
  EXPECT_EQ(
      texts_of("lstm/act:tanh,relu/mask:none,left"),
      printed({"lstm/act:tanh", "lstm/act:tanh/mask:left", "lstm/act:relu", "lstm/act:relu/mask:left"}));
  EXPECT_EQ(texts_of("dense/style:time_distributed,flattened"),
            printed({"dense/style:time_distributed", "dense/style:flattened"}));
}

TEST(ExpandProblems, TakesListsOfLayers) {
  EXPECT_EQ(texts_of("gru,lstm,dense/T:1,2"),
            printed({"gru/T:1", "gru/T:2", "lstm/T:1", "lstm/T:2", "dense/T:1", "dense/T:2"}));
}

TEST(ExpandProblems, LeavesAFieldOutForAListedLayerThatLacksIt) {
  EXPECT_EQ(texts_of("simple_rnn,gru/reset_after:0,1"),
            printed({"simple_rnn", "gru/reset_after:0", "gru/reset_after:1"}));
  EXPECT_EQ(texts_of("simple_rnn,lstm/rec_act:relu"), printed({"simple_rnn", "lstm/rec_act:relu"}));
  EXPECT_EQ(texts_of("lstm,dense/U:4/seq:1/style:time_distributed"),
            printed({"lstm/U:4/seq:1", "dense/U:4/style:time_distributed"}));
  EXPECT_EQ(texts_of("activation,dense/U:4,5"), printed({"activation", "dense/U:4", "dense/U:5"}));
}

std::string refusal_of_problems(const std::string& text) {
  return refusal_of([&] { expand_problems(text); });
}

TEST(ExpandProblems, RefusesAFieldThatNoneOfItsLayersHas) {
  EXPECT_THAT(refusal_of_problems("lstm/reset_after:0"), HasSubstr("unknown field \"reset_after:0\""));
  EXPECT_THAT(refusal_of_problems("lstm,simple_rnn/reset_after:0"),
              HasSubstr("unknown field \"reset_after:0\""));
  EXPECT_THAT(refusal_of_problems("lstm,gru/K:1"), HasSubstr("unknown field \"K:1\""));
}

TEST(ExpandProblems, RefusesWhatOneOfItsProblemsIsRefusedFor) {
  EXPECT_THAT(refusal_of_problems(""), HasSubstr("unknown layer \"\""));
  EXPECT_THAT(refusal_of_problems("lstm,"), HasSubstr("unknown layer \"\""));
  EXPECT_THAT(refusal_of_problems("lstm,conv/B:1"), HasSubstr("unknown layer \"conv\""));
  EXPECT_THAT(refusal_of_problems("lstm/"), HasSubstr("unknown field \"\""));
  EXPECT_THAT(refusal_of_problems("lstm/B:1,2/B:3"), HasSubstr("B is given twice"));
  EXPECT_THAT(refusal_of_problems("lstm/act:relu,softmax"), HasSubstr("activation (act) is softmax"));
  EXPECT_THAT(refusal_of_problems("lstm/act:relu,gelu"), HasSubstr("act is \"gelu\""));
  EXPECT_THAT(refusal_of_problems("lstm/T:-1"), HasSubstr("time_steps (T) is -1"));
  EXPECT_THAT(refusal_of_problems("lstm/T:1,20000000"), HasSubstr("time_steps (T) is 20000000"));
  EXPECT_THAT(refusal_of_problems("lstm/seq:0,1,2"), HasSubstr("list \"0,1,2\""));
  EXPECT_THAT(refusal_of_problems("lstm/T:1-8"), HasSubstr("list \"1-8\""));
  EXPECT_THAT(refusal_of_problems("lstm/T:,1"), HasSubstr("T is \"\""));
  EXPECT_THAT(refusal_of_problems("lstm/seq:1-2+1"), HasSubstr("seq is \"2\""));
}

TEST(ExpandProblems, RefusesInOneLine) {
  for (const char* text : {"lstm\n,gru/T:1", "lstm/T:1\n,2", "lstm/T\n:1,2", "lstm/act:a\nb,relu"})
    EXPECT_THAT(refusal_of_problems(text), Not(HasSubstr("\n")));
}

TEST(ExpandProblems, AreAtMostTenThousandOverAllLayers) {
  EXPECT_EQ(expand_problems("lstm/B:1-100+1/T:1-100+1").size(), 10'000U);
  EXPECT_THAT(refusal_of_problems("lstm/B:1-100+1/T:1-101+1"), HasSubstr("more than 10000 problems"));
  EXPECT_THAT(refusal_of_problems("lstm/B:1-10000+1/T:1-10000+1/F:1-10000+1/U:1-10000+1"),
              HasSubstr("more than 10000 problems"));
  EXPECT_THAT(refusal_of_problems("lstm,gru/B:1-100+1/T:1-100+1"), HasSubstr("more than 10000 problems"));
}

TEST(ExpandPairwise, HasEachTwoValuesOfTwoFieldsForEachLayer) {
  std::set<std::string> texts;
  for (const Problem& problem :
       expand_problems("pairwise:lstm,gru/B:1,2,3/T:4,5,6/seq:0,1/bias:0,1/reset_after:0,1"))
    texts.insert(to_string(problem));
  const auto has = [&](std::string_view layer, std::string_view a, std::string_view b) {
    return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
      return text.starts_with(layer) && text.find(a) != text.npos && text.find(b) != text.npos;
    });
  };
  for (const char* batch : {"/B:1/", "/B:2/", "/B:3/"})
    for (const char* steps : {"/T:4/", "/T:5/", "/T:6/"}) {
      EXPECT_TRUE(has("lstm/", batch, steps));
      EXPECT_TRUE(has("gru/", batch, steps));
    }
  EXPECT_TRUE(has("gru/", "reset_after:0", "T:6"));
  EXPECT_EQ(texts.size() % 3, 0U) << "both GRUs and the LSTM have the same pairs";
  EXPECT_LT(texts.size(), 3U * 18);
}

TEST(ExpandPairwise, OfSingleValuesIsOneProblem) {
  EXPECT_EQ(expand_problems("pairwise:lstm/B:2/T:3").size(), 1U);
  EXPECT_THROW(expand_problems("pairwise:lstm/Q:2"), std::invalid_argument);
  EXPECT_THROW(expand_problems("pairwise:lstm/T:1-9000+1/U:1-9000+1"), std::invalid_argument);
}

}  // namespace
}  // namespace lockstep
