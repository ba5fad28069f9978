#include "bench/model_training_rows.h"

#include <gmock/gmock.h>

#include "bench/training_rows.h"
#include "verify/modules_for_test.h"

namespace lockstep {
namespace {

std::vector<Seed> small_model() {
  Seed one = find_seed("seed:gru16-dense");
  one.input.batch = 10;
  one.batch = 4;
  return {one};
}

TEST(ModelTrainingRows, AreAStepItsPassesAndAnEpochOnEveryBackend) {
  const auto groups = model_training_rows(small_model(), trainable_backends(), 1, 1);
  ASSERT_EQ(groups.size(), 1U);
  ASSERT_EQ(groups.front().size(), 4 * trainable_backends().size());
  std::vector<std::string> prefixes, whats;
  std::vector<double> steps_per_call;
  std::vector<Passes> passes;
  for (std::size_t i = 0; i < 4; ++i) {
    const Row& row = groups.front()[i];
    prefixes.push_back(row.name.substr(0, row.name.find("seed:")));
    whats.push_back(row.labels.what);
    steps_per_call.push_back(row.steps_per_call);
    passes.push_back(row.layers.at(0).passes);
  }
  EXPECT_THAT(passes, ::testing::ElementsAre(Passes::both, Passes::forward, Passes::backward, Passes::both));
  EXPECT_THAT(prefixes, ::testing::ElementsAre("step/", "forward/", "backward/", "epoch/"));
  EXPECT_THAT(whats,
              ::testing::ElementsAre(training_step, training_forward, training_backward, training_epoch));
  EXPECT_THAT(steps_per_call, ::testing::ElementsAre(4 * 64, 4 * 64, 4 * 64, 10 * 64));
  for (const Row& row : groups.front()) {
    const ReadyRow ready = row.make_ready();
    EXPECT_EQ(ready.verdict, "pass") << row.name << ": " << ready.reason;
    ASSERT_TRUE(ready.call) << row.name;
    ready.call();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)   // which allocate for themselves
    const bool allocates = row.labels.backend.starts_with("onednn");  // in its own execute
    EXPECT_TRUE(ready.allocations == 0 || allocates) << row.name << ": " << ready.allocations;
#endif
  }
}

TEST(ModelTrainingRows, AreRepeatedByTheCheckOfTheModel) {
  const auto groups = model_training_rows(small_model(), trainable_backends(), 2, 1);
  Measurement found;
  found.name = groups.front().back().name;
  found.labels = groups.front().back().labels;
  EXPECT_EQ(repro_of(found), "lockstep verify seed:gru16-dense --threads 2 --backends " +
                                 std::string(trainable_backends().back()->name()));
}

}  // namespace
}  // namespace lockstep
