#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "cases/model_inputs.h"
#include "verify/doctor/diagnosis_for_test.h"

/// Several inputs, each with its own number of time steps.
namespace lockstep::doctor {
namespace {

using ::testing::ElementsAre;

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

}  // namespace
}  // namespace lockstep::doctor
