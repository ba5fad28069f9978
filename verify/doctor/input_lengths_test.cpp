#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "cases/model_inputs.h"
#include "verify/doctor/diagnosis_for_test.h"

/// Several inputs, each with its own number of time steps.
namespace lockstep::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// As two_lengths(), "short" and "long" of any length.
ModelSpec two_of_any_length() {
  ModelSpec model = two_lengths();
  for (Node& node : model.nodes)
    if (auto* input = std::get_if<InputSpec>(&node.kind)) input->time_steps.reset();
  return model;
}

ModelSpec returning_sequences(ModelSpec model) {
  for (Node& node : model.nodes)
    if (auto* layer = std::get_if<RecurrentSpec>(&node.kind)) layer->return_sequences = true;
  return model;
}

TEST(InputLengths, MayDifferWhereTheInputsTakeAny) {
  const ModelSpec model = two_of_any_length();
  const Inputs inputs{input_for_test(3, 5, 4), input_for_test(3, 8, 2)};
  const ModelSpec fit = with_lengths(model, {{3, 5, 4}, {3, 8, 2}});
  EXPECT_THAT(found_for_test(model, inputs, answer_for_test(as_it_is(fit), inputs)), ElementsAre("as it is"));
}

TEST(InputLengths, StayWhereAnInputTakesOneAlone) {
  ModelSpec model = two_of_any_length();
  std::get<InputSpec>(model.nodes[1].kind).time_steps = 6;
  model.nodes.push_back({"third", InputSpec{{}, 3}, {}, {}});
  model.nodes.push_back(node_for_test("gru", recurrent_for_test(Cell::gru, 5, false), "third", 3));
  model.nodes.push_back({"all", MergeSpec{Merge::sum}, {"sum", "gru"}, {}});
  model.outputs = {"all"};
  Inputs inputs{input_for_test(3, 5, 4), input_for_test(3, 6, 2), input_for_test(3, 8, 3)};
  const Array<float> y =
      answer_for_test(as_it_is(with_lengths(model, {{3, 5, 4}, {3, 6, 2}, {3, 8, 3}})), inputs);
  EXPECT_THAT(found_for_test(model, inputs, y), ElementsAre("as it is"));
  inputs[1] = input_for_test(3, 7, 2);
  EXPECT_EQ(refusal_of([&] { readings_for_test(model, inputs, y); }),
            "\"x1.npy\": has the shape (3, 7, 2): accepted is (samples, 6, 2)");
}

TEST(InputLengths, AreThoseOfTheOutputsThatReadThem) {
  ModelSpec model = two_of_any_length();
  model.nodes.pop_back();
  model.outputs = {"first", "second"};
  const ModelSpec returning = with_lengths(returning_sequences(model), {{3, 6, 4}, {3, 8, 2}});
  const Inputs inputs{input_for_test(3, 6, 4), input_for_test(3, 8, 2)};
  Array<float> y = answer_for_test(as_it_is(returning), inputs, 1);
  EXPECT_THAT(found_for_test(model, inputs, y), ElementsAre("output \"second\" + every step"));
  y.dims[1] = 6;  // as the other output has
  y.values.resize(3 * 6 * 5);
  std::vector<std::string> names;
  for (const Reading& reading : readings_for_test(model, inputs, y))
    names.push_back(names_for_test(reading.departures));
  EXPECT_THAT(names, ElementsAre("every step"));
}

TEST(InputLengths, AreReadFromAxesInAnyOrder) {
  const ModelSpec model = two_of_any_length();
  for (const std::int64_t time_steps : {12, 9}) {  // of the second
    const Inputs given{input_for_test(3, 12, 4), input_for_test(3, time_steps, 2)};
    const Inputs turned{*arranged(given[0], {0, 2, 1}), *arranged(given[1], {0, 2, 1})};
    const ModelSpec fit = with_lengths(model, {{3, 12, 4}, {3, time_steps, 2}});
    EXPECT_THAT(found_for_test(model, turned, answer_for_test(as_it_is(fit), given)),
                ElementsAre("x as (samples, features, time_steps)"));
  }
}

TEST(InputLengths, ThatAreFixedAreReadFromAxesInAnyOrder) {
  const Inputs given{input_for_test(5, 3, 4), input_for_test(5, 6, 2)};
  const Inputs turned{*arranged(given[0], {0, 2, 1}), *arranged(given[1], {0, 2, 1})};
  const Array<float> y = answer_for_test(as_it_is(two_lengths()), given);
  EXPECT_THAT(found_for_test(two_lengths(), turned, y), ElementsAre("x as (samples, features, time_steps)"));
  EXPECT_EQ(refusal_of([&] {
              readings_for_test(two_lengths(), {input_for_test(6, 3, 4), input_for_test(6, 7, 2)}, y);
            }),
            "\"x1.npy\": has the shape (6, 7, 2): accepted is (samples, 6, 2)");
  EXPECT_EQ(refusal_of([&] {
              readings_for_test(two_lengths(), {input_for_test(3, 5, 4), input_for_test(3, 6, 2)}, y);
            }),
            "\"x.npy\": has the shape (3, 5, 4): accepted is (samples, 3, 4)");
}

TEST(InputLengths, AreRefusedWhereNoModelHasThem) {
  const Array<float> y = input_for_test(3, 1, 5);
  const auto refused = [&](const ModelSpec& model, const Inputs& inputs) {
    return refusal_of([&] { readings_for_test(model, inputs, y); });
  };
  ModelSpec of_one_length = two_lengths();
  std::get<InputSpec>(of_one_length.nodes[0].kind).time_steps = 6;
  EXPECT_EQ(refused(of_one_length, {input_for_test(3, 5, 4), input_for_test(3, 8, 2)}),
            "\"x1.npy\": has 8 time steps: accepted are as many as \"x.npy\" has, 5");
  const ModelSpec joined = returning_sequences(two_of_any_length());
  const Inputs given{input_for_test(3, 12, 4), input_for_test(3, 10, 2)};
  const std::string by_the_sum = refused(joined, given);
  EXPECT_THAT(by_the_sum, HasSubstr("layer \"sum\""));
  EXPECT_EQ(refused(joined, {*arranged(given[0], {0, 2, 1}), *arranged(given[1], {0, 2, 1})}), by_the_sum);
}

}  // namespace
}  // namespace lockstep::doctor
