#include "bench/training_rows.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "backends/problem_text.h"
#include "bench/work.h"
#include "verify/modules_for_test.h"
#include "verify/mutants/mutant_backend.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<RowGroup> rows_of(const char* text, std::span<const Backend* const> backends) {
  const std::vector<Case> cases{{parse_problem(text), "a test"}};
  return training_rows(cases, backends, std::make_shared<Oracle>(1));
}

constexpr const char* lstm = "lstm/B:3/T:7/F:5/U:9/seq:1/pass:training/threads:1";

TEST(TrainingRows, AreAStepAndItsTwoPasses) {
  const MutantBackend right(control());
  const std::vector<const Backend*> one{&right};
  const auto groups = rows_of(lstm, one);
  ASSERT_EQ(groups.size(), 1U);
  std::vector<std::string> names, whats;
  std::vector<double> flops_per_call;
  std::vector<Passes> passes;
  for (const Row& row : groups.front()) {
    names.push_back(row.name);
    whats.push_back(row.labels.what);
    flops_per_call.push_back(row.flops_per_call / flops(parse_problem(lstm)));
    passes.push_back(row.layers.at(0).passes);
    EXPECT_EQ(row.labels.variant, "");
  }
  EXPECT_THAT(passes, ElementsAre(Passes::both, Passes::forward, Passes::backward));
  EXPECT_THAT(names, ElementsAre(fmt::format("{}/backend:control", lstm),
                                 fmt::format("forward/{}/backend:control", lstm),
                                 fmt::format("backward/{}/backend:control", lstm)));
  EXPECT_THAT(whats, ElementsAre(training_step, training_forward, training_backward));
  EXPECT_THAT(flops_per_call, ElementsAre(3, 1, 2));
}

TEST(TrainingRows, AreVerifiedWithTheirGradients) {
  const MutantBackend right(control()), wrong(find_mutant("bias_of_one_step"));
  const std::vector<const Backend*> both{&right, &wrong};
  const auto groups = rows_of(lstm, both);
  for (std::size_t i = 0; i < 6; ++i) {
    const ReadyRow ready = groups.front()[i].make_ready();
    EXPECT_EQ(ready.verdict, i < 3 ? "pass" : "fail") << i;
    if (i < 3)
      ready.call();
    else
      EXPECT_THAT(ready.reason, HasSubstr("gradient of bias"));
    EXPECT_EQ(ready.call == nullptr, i >= 3);
  }
}

TEST(TrainingRows, RunOnEveryBackend) {
  const auto groups = rows_of("gru/B:3/T:7/F:5/U:9/seq:1/pass:training/threads:2", trainable_backends());
  for (const Row& row : groups.front()) {
    const ReadyRow ready = row.make_ready();
    EXPECT_EQ(ready.verdict, "pass") << row.name << ": " << ready.reason;
    ASSERT_TRUE(ready.call) << row.name;
    ready.call();
  }
}

}  // namespace
}  // namespace lockstep
