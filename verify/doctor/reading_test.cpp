#include "verify/doctor/reading.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "verify/doctor/diagnosis_for_test.h"

namespace lockstep::doctor {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Array<float> of_shape(std::vector<std::int64_t> dims) {
  Array<float> array{std::move(dims), {}};
  std::int64_t size = 1;
  for (const std::int64_t dim : array.dims) size *= dim;
  for (std::int64_t i = 0; i < size; ++i) array.values.push_back(static_cast<float>(i));
  return array;
}
/// (None, 5) to (None, 7) at every step, or at the last one.
ModelSpec model_of(bool return_sequences) {
  return chain_for_test(5, {recurrent_for_test(Cell::gru, 7, return_sequences)});
}
std::vector<std::string> readings_named(const ModelSpec& model, std::vector<std::int64_t> x,
                                        std::vector<std::int64_t> y) {
  std::vector<std::string> names;
  for (const Reading& reading : readings_for_test(model, {of_shape(std::move(x))}, of_shape(std::move(y))))
    names.push_back(names_for_test(reading.departures));
  return names;
}

TEST(Readings, AreOneWhereTheShapesAllowNoOther) {
  EXPECT_THAT(readings_named(model_of(true), {2, 3, 5}, {2, 3, 7}),
              ElementsAre("", "x and y as (time_steps, samples, features)"));
  EXPECT_THAT(readings_named(model_of(false), {2, 3, 5}, {2, 7}), ElementsAre(""));
  EXPECT_THAT(readings_named(model_of(false), {2, 3, 5}, {2, 1, 7}), ElementsAre(""));
}

TEST(Readings, AreOfSwappedAxes) {
  EXPECT_THAT(readings_named(model_of(true), {2, 3, 5}, {3, 2, 7}),
              ElementsAre("y as (time_steps, samples, features)", "x as (time_steps, samples, features)"));
  EXPECT_THAT(readings_named(model_of(true), {2, 5, 3}, {2, 3, 7}),
              Contains("x as (samples, features, time_steps)"));
  EXPECT_THAT(readings_named(model_of(false), {2, 3, 5}, {3, 7}),
              ElementsAre("x as (time_steps, samples, features)"));
}

TEST(Readings, MoveTheNumbersWithTheAxes) {
  const auto all = readings_for_test(model_of(true), {of_shape({2, 3, 5})}, of_shape({3, 2, 7}));
  const Reading& x_moved = all[1];
  EXPECT_THAT(x_moved.inputs[0]->dims, ElementsAre(3, 2, 5));
  EXPECT_EQ(x_moved.inputs[0]->values[5], 15);  // sample 0, step 1: of the file's [1, 0]
  const Reading& y_moved = all[0];
  EXPECT_THAT(y_moved.y->dims, ElementsAre(2, 3, 7));
  EXPECT_EQ(y_moved.y->values[7], 14);
}

TEST(Readings, AreOfOneStepAndOfAll) {
  EXPECT_THAT(readings_named(model_of(true), {2, 3, 5}, {2, 7}),
              ElementsAre("the last step alone", "the first step alone"));
  EXPECT_THAT(readings_named(model_of(false), {2, 3, 5}, {2, 3, 7}), Contains("every step"));
}

TEST(Readings, TakeAnAnswerWithoutItsLastAxisOfOne) {
  const ModelSpec model = chain_for_test(5, {recurrent_for_test(Cell::gru, 1, true)});
  EXPECT_THAT(readings_named(model, {2, 3, 5}, {2, 3}), Contains(""));
}

TEST(Readings, AreOfEachOutput) {
  ModelSpec model = chain_for_test(5, {recurrent_for_test(Cell::gru, 7, true), DenseSpec{7}});
  model.outputs = {"dense", "gru"};
  EXPECT_THAT(readings_named(model, {2, 3, 5}, {2, 3, 7}), Contains("output \"gru\""));
}

TEST(Readings, AreOfAnyNumberOfStepsWhateverTheInputSays) {
  ModelSpec model = model_of(true);
  std::get<InputSpec>(model.nodes[0].kind).time_steps = 4;
  EXPECT_THAT(readings_named(model, {2, 3, 5}, {2, 3, 7}), Contains(""));
}

TEST(Readings, RefuseShapesThatNoneFits) {
  const auto refused = [](std::vector<std::int64_t> x, std::vector<std::int64_t> y) {
    return refusal_of([&] { readings_named(model_of(true), x, y); });
  };
  EXPECT_EQ(refused({2, 3, 4}, {2, 3, 7}),
            "\"x.npy\": has the shape (2, 3, 4): accepted is (samples, None, 5)");
  EXPECT_THAT(refused({3, 5}, {3, 7}), HasSubstr("\"x.npy\": has the shape (3, 5)"));
  EXPECT_THAT(refused({2, 0, 5}, {2, 0, 7}), HasSubstr("\"x.npy\": has the shape (2, 0, 5)"));
  EXPECT_THAT(refused({2, 3, 5}, {2, 3, 8}),
              HasSubstr("\"y.npy\": has the shape (2, 3, 8): accepted is (2, 3, 7)"));
  EXPECT_THAT(refused({2, 3, 5}, {2, 4, 7}), HasSubstr("\"y.npy\": has the shape (2, 4, 7)"));
  EXPECT_THAT(refused({2, 3, 5}, {7}), HasSubstr("\"y.npy\": has the shape (7)"));
}

TEST(Readings, ABlankStepIsOneWhoseFeaturesAllAreZero) {
  Array<float> x = of_shape({2, 3, 5});  // one value of the first step is 0
  const ModelSpec model = model_of(true);
  EXPECT_THAT(blank_inputs(model, {std::make_shared<Array<float>>(x)}), ElementsAre());
  std::fill_n(x.values.begin() + 10, 5, 0.0F);
  EXPECT_THAT(blank_inputs(model, {std::make_shared<Array<float>>(x)}), ElementsAre("input_layer"));
}

}  // namespace
}  // namespace lockstep::doctor
