#include "bench/study/plan.h"

#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "backends/model_plan.h"
#include "bench/seed_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;

ModelSpec wide() {
  RecurrentSpec lstm;
  lstm.units = 1024;
  return {"wide",
          true,
          {{"input_layer", InputSpec{{}, 64}, {}, {}}, node_for_test("lstm", lstm, "input_layer", 64)},
          {"lstm"}};
}

TEST(StudyPlan, SweepsOverTheUsualLengthsWithOneAndAllThreads) {
  const StudyPlan plan = plan_study(seed_for_test(two_heads(), 4), "", "", "", 8);
  EXPECT_THAT(plan.time_steps, ElementsAre(1, 4, 16, 64, 256, 1024));
  EXPECT_THAT(plan.batches, ElementsAre(1));
  EXPECT_THAT(plan.threads, ElementsAre(1, 8));
  EXPECT_EQ(plan.left_out, 0);
  EXPECT_THAT(plan_study(seed_for_test(two_heads(), 4), "", "", "", 1).threads, ElementsAre(1));
}

TEST(StudyPlan, HasTheLengthThatTheModelTakes) {
  Seed one = seed_for_test(last_step(), 15);
  std::get<InputSpec>(one.model.nodes[0].kind).time_steps = 50;
  EXPECT_THAT(plan_study(one, "", "", "", 1).time_steps, ElementsAre(1, 4, 16, 50, 64, 256, 1024));
}

TEST(StudyPlan, HasNoOtherLengthWhereTheModelTakesNone) {
  EXPECT_THAT(plan_study(seed_for_test(flattened_steps(), 4), "", "", "", 1).time_steps, ElementsAre(6));
}

TEST(StudyPlan, LeavesOutWhatTheOracleTakesLongFor) {
  const StudyPlan plan = plan_study(seed_for_test(wide(), 64), "", "", "", 2);
  EXPECT_THAT(plan.time_steps, ElementsAre(1, 4, 16, 64));
  EXPECT_EQ(plan.left_out, 256);
  EXPECT_THAT(plan_study(seed_for_test(wide(), 64), "64", "", "", 2).time_steps,
              ElementsAre(1));  // at least one
}

TEST(StudyPlan, TakesListsInAnyOrderEachValueOnce) {
  const StudyPlan plan = plan_study(seed_for_test(wide(), 64), "8,1", "4096,1-4*2,2", "2,1,2", 8);
  EXPECT_THAT(plan.batches, ElementsAre(1, 8));
  EXPECT_THAT(plan.time_steps, ElementsAre(1, 2, 4, 4096));
  EXPECT_THAT(plan.threads, ElementsAre(1, 2));
  EXPECT_EQ(plan.left_out, 0);
}

TEST(StudyPlan, RefusesWhatIsNoList) {
  const Seed one = seed_for_test(two_heads(), 4);
  EXPECT_THROW(plan_study(one, "x", "", "", 1), std::invalid_argument);
  EXPECT_THROW(plan_study(one, "", "0", "", 1), std::invalid_argument);
  EXPECT_THROW(plan_study(one, "", "", "0", 1), std::invalid_argument);
}

TEST(StudyPlan, SizesTheModelWhateverItsInputSays) {
  StudyPlan plan;
  plan.batches = {1, 8};
  plan.time_steps = {3, 5};
  const auto sizes = sizes_of(seed_for_test(last_step(), 15), plan);
  ASSERT_EQ(sizes.size(), 4U);
  EXPECT_EQ(sizes[1].input, (Shape{1, 5, 15}));
  EXPECT_EQ(sizes[2].input, (Shape{8, 3, 15}));
  EXPECT_EQ(sizes[2].batch, 8);
  EXPECT_EQ(std::get<InputSpec>(sizes[2].model.nodes[0].kind).time_steps, 3);
}

TEST(StudyPlan, SizesTheInputsThatAreAsLongAsTheLeadingOne) {
  StudyPlan plan;
  plan.batches = {1};
  plan.time_steps = {2};
  const auto lengths = [&](const ModelSpec& model, const Shape& shape) {
    std::vector<std::int64_t> all;
    Seed one = seed_for_test(model, shape.features);
    one.input = shape;
    for (const auto& dims : input_dims(sizes_of(one, plan).at(0).model, {1, 2, shape.features}))
      all.push_back(dims[1]);
    return all;
  };
  ModelSpec model = two_lengths();
  EXPECT_THAT(lengths(model, {1, 3, 4}), ElementsAre(2, 6));
  model.nodes[1].kind = InputSpec{3, 2};
  EXPECT_THAT(lengths(model, {1, 3, 4}), ElementsAre(2, 2));
  EXPECT_THAT(lengths(two_inputs(), {1, 3, 4}), ElementsAre(2, 1));
}

TEST(StudyPlan, SaysWhoseStepsAreCounted) {
  ModelSpec model = two_lengths();
  EXPECT_EQ(counted_steps(model),
            "T and time steps per second count those of the input \"short\", beside \"long\" of 6.");
  model.nodes[1].kind = InputSpec{{}, 2};
  EXPECT_EQ(counted_steps(model),
            "T and time steps per second count those of the input \"long\", beside \"short\" of 3.");
  model.nodes[0].kind = InputSpec{{}, 4};
  EXPECT_EQ(counted_steps(model), "");
  EXPECT_EQ(counted_steps(two_inputs()), "");  // one is a vector
}

}  // namespace
}  // namespace lockstep
