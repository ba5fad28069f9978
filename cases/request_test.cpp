#include "cases/request.h"

#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "backends/refusal_for_test.h"
#include "cases/printed_for_test.h"

namespace lockstep {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

CaseRequest request_for(std::vector<std::string> problems) {
  CaseRequest request;
  request.problems = std::move(problems);
  return request;
}

std::vector<std::string> texts_of(const CaseRequest& request) {
  std::vector<std::string> texts;
  for (const Case& one : cases_of(request)) texts.push_back(to_string(one.problem));
  return texts;
}

TEST(Request, TakesSizesOfFilesAlone) {
  CaseRequest request = request_for({"lstm", "of mine/model.keras", "old.h5"});
  take_models(request);
  EXPECT_THAT(request.problems, ElementsAre("lstm"));
  EXPECT_THAT(request.models, ElementsAre("of mine/model.keras", "old.h5"));
  request.time_steps = request.batch = "1,2";
  EXPECT_NO_THROW(refuse_axes_of_models(request));
  request.models.push_back("seed:gru16-td");
  EXPECT_THROW(refuse_axes_of_models(request), std::invalid_argument);
  request.models.pop_back();
  request.units = "4";
  EXPECT_THROW(refuse_axes_of_models(request), std::invalid_argument);
}

std::string refusal(const CaseRequest& request) {
  return refusal_of([&] { cases_of(request); });
}

TEST(CasesOfRequest, AreNoneWhereNothingIsAskedFor) {
  EXPECT_THAT(cases_of(CaseRequest{}), IsEmpty());
}

TEST(CasesOfRequest, AreThoseOfTheSetsThenTheProblems) {
  CaseRequest request = request_for({"lstm/B:77"});
  request.sets = {"smoke"};
  const auto cases = cases_of(request);
  ASSERT_EQ(cases.size(), cases_of("smoke").size() + 1);
  EXPECT_EQ(cases.front().problem, cases_of("smoke").front().problem);
  EXPECT_EQ(cases.front().why, cases_of("smoke").front().why);
  EXPECT_EQ(to_string(cases.back().problem), to_string(parse_problem("lstm/B:77")));
}

TEST(CasesOfRequest, ComeOnceEach) {
  EXPECT_EQ(texts_of(request_for({"lstm/B:1,2", "lstm/B:2,3", "lstm"})),
            printed({"lstm/B:1", "lstm/B:2", "lstm/B:3"}));
}

TEST(CasesOfRequest, TakeTheirSeed) {
  CaseRequest request = request_for({"lstm/B:1,2"});
  EXPECT_THAT(cases_of(request), Each(Field(&Case::seed, default_seed)));
  request.seed = 99;
  request.sets = {"smoke"};
  EXPECT_THAT(cases_of(request), Each(Field(&Case::seed, 99U)));
}

TEST(CasesOfRequest, HaveTheAxesAskedForInPlaceOfTheirOwn) {
  CaseRequest request = request_for({"lstm/B:1/T:2/F:3/U:4/threads:1"});
  request.batch = "5,6";
  EXPECT_EQ(texts_of(request), printed({"lstm/B:5/T:2/F:3/U:4", "lstm/B:6/T:2/F:3/U:4"}));
  request.batch.clear();
  request.time_steps = "1-4*2";
  EXPECT_EQ(texts_of(request), printed({"lstm/T:1/F:3/U:4", "lstm/T:2/F:3/U:4", "lstm/T:4/F:3/U:4"}));
  request.time_steps.clear();
  request.features = "7";
  EXPECT_EQ(texts_of(request), printed({"lstm/T:2/F:7/U:4"}));
  request.features.clear();
  request.units = "8";
  EXPECT_EQ(texts_of(request), printed({"lstm/T:2/F:3/U:8"}));
  request.units.clear();
  request.threads = "2";
  EXPECT_EQ(texts_of(request), printed({"lstm/T:2/F:3/U:4/threads:2"}));
}

TEST(CasesOfRequest, CrossTheAxesAskedFor) {
  CaseRequest request = request_for({"lstm", "gru"});
  request.batch = "1,2";
  request.time_steps = "3,4";
  EXPECT_EQ(texts_of(request), printed({"lstm/B:1/T:3", "lstm/B:1/T:4", "lstm/B:2/T:3", "lstm/B:2/T:4",
                                        "gru/B:1/T:3", "gru/B:1/T:4", "gru/B:2/T:3", "gru/B:2/T:4"}));
}

TEST(CasesOfRequest, AreOnceEachWhereAnAxisMakesThemAlike) {
  CaseRequest request = request_for({"lstm/T:1-64*2"});
  request.time_steps = "5";
  EXPECT_EQ(texts_of(request), printed({"lstm/T:5"}));
}

TEST(CasesOfRequest, HaveUnitsWhereTheLayerHasThem) {
  CaseRequest request = request_for({"dense", "activation"});
  request.units = "3,4";
  EXPECT_EQ(texts_of(request), printed({"dense/U:3", "dense/U:4", "activation"}));
}

TEST(CasesOfRequest, AreRefusedWithWhatIsWrong) {
  CaseRequest request;
  request.sets = {"nightly"};
  EXPECT_THAT(refusal(request), HasSubstr("unknown set \"nightly\""));
  EXPECT_THAT(refusal(request_for({"lstm/T:0"})), HasSubstr("time_steps (T) is 0"));
  request = request_for({"lstm"});
  request.batch = "0";
  EXPECT_THAT(refusal(request), HasSubstr("list \"0\""));
  request.batch = "20000000";
  EXPECT_THAT(refusal(request), HasSubstr("batch (B) is 20000000"));
}

TEST(CasesOfRequest, AreRefusedForMoreThreadsThanAnyNumberHolds) {
  CaseRequest request = request_for({"lstm"});
  request.threads = "4294967297";
  EXPECT_THAT(refusal(request), HasSubstr("accepted are 1 to 1024"));
}

TEST(CasesOfRequest, AreRefusedWhereTheAxesMultiplyWithoutBound) {
  CaseRequest request = request_for({"lstm"});
  request.batch = "1-400+1";
  request.time_steps = "1-251+1";
  EXPECT_THAT(refusal(request), HasSubstr("more than 100000 problems"));
}

}  // namespace
}  // namespace lockstep
