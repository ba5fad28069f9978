#include "bench/study/plan.h"

#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;

Seed sample_of(ModelSpec model, std::int64_t features) {
  Seed one;
  one.name = "a.keras";
  one.model = std::move(model);
  one.input = {4, 64, features};
  one.batch = 32;
  return one;
}

ModelSpec wide() {
  RecurrentSpec lstm;
  lstm.units = 1024;
  return {"wide",
          true,
          {{"input_layer", InputSpec{{}, 64}, {}, {}}, node_for_test("lstm", lstm, "input_layer", 64)},
          {"lstm"}};
}

TEST(StudyPlan, SweepsOverTheUsualLengthsWithOneAndAllThreads) {
  const StudyPlan plan = plan_study(sample_of(two_heads(), 4), "", "", "", 8);
  EXPECT_THAT(plan.time_steps, ElementsAre(1, 4, 16, 64, 256, 1024));
  EXPECT_THAT(plan.batches, ElementsAre(1));
  EXPECT_THAT(plan.threads, ElementsAre(1, 8));
  EXPECT_EQ(plan.left_out, 0);
  EXPECT_THAT(plan_study(sample_of(two_heads(), 4), "", "", "", 1).threads, ElementsAre(1));
}

TEST(StudyPlan, HasTheLengthThatTheModelTakes) {
  Seed one = sample_of(last_step(), 15);
  std::get<InputSpec>(one.model.nodes[0].kind).time_steps = 50;
  EXPECT_THAT(plan_study(one, "", "", "", 1).time_steps, ElementsAre(1, 4, 16, 50, 64, 256, 1024));
}

TEST(StudyPlan, LeavesOutWhatTheOracleTakesLongFor) {
  const StudyPlan plan = plan_study(sample_of(wide(), 64), "", "", "", 2);
  EXPECT_THAT(plan.time_steps, ElementsAre(1, 4, 16, 64));
  EXPECT_EQ(plan.left_out, 256);
  EXPECT_THAT(plan_study(sample_of(wide(), 64), "64", "", "", 2).time_steps, ElementsAre(1));  // at least one
}

TEST(StudyPlan, TakesListsInAnyOrderEachValueOnce) {
  const StudyPlan plan = plan_study(sample_of(wide(), 64), "8,1", "4096,1-4*2,2", "2,1,2", 8);
  EXPECT_THAT(plan.batches, ElementsAre(1, 8));
  EXPECT_THAT(plan.time_steps, ElementsAre(1, 2, 4, 4096));
  EXPECT_THAT(plan.threads, ElementsAre(1, 2));
  EXPECT_EQ(plan.left_out, 0);
}

TEST(StudyPlan, RefusesWhatIsNoList) {
  const Seed one = sample_of(two_heads(), 4);
  EXPECT_THROW(plan_study(one, "x", "", "", 1), std::invalid_argument);
  EXPECT_THROW(plan_study(one, "", "0", "", 1), std::invalid_argument);
  EXPECT_THROW(plan_study(one, "", "", "0", 1), std::invalid_argument);
}

TEST(StudyPlan, SizesTheModelWhateverItsInputSays) {
  StudyPlan plan;
  plan.batches = {1, 8};
  plan.time_steps = {3, 5};
  const auto sizes = sizes_of(sample_of(last_step(), 15), plan);
  ASSERT_EQ(sizes.size(), 4U);
  EXPECT_EQ(sizes[1].input, (Shape{1, 5, 15}));
  EXPECT_EQ(sizes[2].input, (Shape{8, 3, 15}));
  EXPECT_EQ(sizes[2].batch, 8);
  EXPECT_EQ(std::get<InputSpec>(sizes[2].model.nodes[0].kind).time_steps, 3);
}

}  // namespace
}  // namespace lockstep
