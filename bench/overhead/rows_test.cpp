#include "bench/overhead/rows.h"

#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "verify/fake_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;

TEST(OverheadRows, AreABackendAndItsRawCallsInOneGroup) {
  const FakeBackend eigen{Fault::none, "eigen"}, alone{Fault::none, "alone"}, raw{Fault::none, "eigen-raw"},
      other{Fault::none, "onednn-raw"};
  const std::vector<const Backend*> backends{&alone, &eigen}, raws{&other, &raw};
  const std::vector<Case> cases{{parse_problem("lstm/B:2/T:3/F:4/U:5/seq:1"), "a test"},
                                {parse_problem("gru/B:2/T:3/F:4/U:5/seq:1"), "a test"}};
  const auto groups = overhead_rows(cases, backends, raws, std::make_shared<Oracle>(1));
  ASSERT_EQ(groups.size(), 2U);
  std::vector<std::string> names;
  for (const Row& row : groups[0]) names.push_back(row.name);
  EXPECT_THAT(names, ElementsAre("lstm/B:2/T:3/F:4/U:5/seq:1/threads:1/backend:eigen",
                                 "lstm/B:2/T:3/F:4/U:5/seq:1/threads:1/backend:eigen-raw"));
  EXPECT_EQ(groups[1].size(), 2U);
}

TEST(OverheadRows, HaveTheRawCallsThatBelongToABackend) {
  const FakeBackend eigen{Fault::none, "eigen"}, unknown{Fault::none, "unknown"};
  const std::vector<const Backend*> both{&unknown, &eigen}, one{&unknown};
  const Selection found = raw_calls_of(both);
  ASSERT_EQ(found.backends.size(), 1U);
  EXPECT_EQ(found.backends[0]->name(), "eigen-raw");
  EXPECT_TRUE(found.unavailable.empty());
  EXPECT_TRUE(raw_calls_of(one).backends.empty());
}

}  // namespace
}  // namespace lockstep
