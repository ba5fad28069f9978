#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "verify/doctor/convention.h"
#include "verify/doctor/diagnosis_for_test.h"
#include "verify/doctor/excerpt.h"

/// Models of several inputs.
namespace lockstep::doctor {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Array<float> vectors(std::int64_t samples, std::int64_t features) {
  Array<float> x = input_for_test(samples, 1, features);
  x.dims = {samples, features};
  return x;
}

Inputs sequence_and_side() {
  return {input_for_test(3, 12, 4), vectors(3, 3)};
}

/// Inputs "first" and "second", both (None, 2), with an LSTM(5) on the one and a GRU(5) on the other, and the
/// sum of their steps.
ModelSpec two_alike() {
  ModelSpec model{"functional", false, {{"first", InputSpec{{}, 2}, {}, {}}}, {"sum"}};
  model.nodes.push_back({"second", InputSpec{{}, 2}, {}, {}});
  model.nodes.push_back(node_for_test("lstm", recurrent_for_test(Cell::lstm, 5, true), "first", 2));
  model.nodes.push_back(node_for_test("gru", recurrent_for_test(Cell::gru, 5, true), "second", 2));
  model.nodes.push_back({"sum", MergeSpec{Merge::sum}, {"lstm", "gru"}, {}});
  return model;
}

Inputs alike(std::int64_t samples = 3, std::int64_t time_steps = 12) {
  Inputs inputs(2, input_for_test(samples, time_steps, 2));
  std::reverse(inputs[1].values.begin(), inputs[1].values.end());
  return inputs;
}

/// An LSTM(3) on the sequence that starts from the vector: "readings" (None, 4) and "side" (3).
ModelSpec from_a_vector() {
  ModelSpec model{"functional", false, {{"readings", InputSpec{{}, 4}, {}, {}}}, {"lstm"}};
  model.nodes.push_back({"side", InputSpec{{}, 3, false}, {}, {}});
  model.nodes.push_back(node_for_test("lstm", recurrent_for_test(Cell::lstm, 3, true), "readings", 4));
  model.nodes.back().inputs = {"readings", "side", "side"};
  return model;
}

/// The same behind an LSTM(4) that goes backwards, whose first steps are those of the input's last.
ModelSpec from_a_vector_behind_one_backwards() {
  ModelSpec model = from_a_vector();
  RecurrentSpec backwards = recurrent_for_test(Cell::lstm, 4, true);
  backwards.go_backwards = true;
  model.nodes.push_back(node_for_test("backwards", backwards, "readings", 4));
  model.nodes[2].inputs[0] = "backwards";
  return model;
}

Array<float> answer_with_change(const ModelSpec& model, const Inputs& inputs, const std::string& name) {
  const Variant base = as_it_is(model);
  for (const Change& change : changes_of(base, {"first", "second"}))
    if (change.name == name) return answer_for_test(with_changes(base, {&change}), inputs);
  ADD_FAILURE() << "no change is called " << name;
  return {};
}

TEST(SeveralInputs, AgreeWhereTheOtherProgramUnderstandsTheSame) {
  const auto found = [](const ModelSpec& model, const Inputs& inputs) {
    return found_for_test(model, inputs, answer_for_test(as_it_is(model), inputs));
  };
  EXPECT_THAT(found(two_inputs(), sequence_and_side()), ElementsAre("as it is"));
  EXPECT_THAT(found(two_alike(), alike()), ElementsAre("as it is"));
  EXPECT_THAT(found(from_a_vector(), sequence_and_side()), ElementsAre("as it is"));
  EXPECT_THAT(found(encoder_decoder(), {input_for_test(3, 3, 4), input_for_test(3, 6, 2)}),
              ElementsAre("as it is"));
  EXPECT_THAT(found(two_lengths(), {input_for_test(3, 3, 4), input_for_test(3, 6, 2)}),
              ElementsAre("as it is"));
}

TEST(SeveralInputs, HaveTheirLayersConventionsFound) {
  const std::string order = "gate order i o f c in \"lstm\"";
  EXPECT_THAT(found_for_test(two_inputs(), sequence_and_side(),
                             answer_with_change(two_inputs(), sequence_and_side(), order)),
              ElementsAre(order));
  EXPECT_THAT(found_for_test(from_a_vector(), sequence_and_side(),
                             answer_with_change(from_a_vector(), sequence_and_side(), order)),
              ElementsAre(order));
  const std::string reset = "reset before the recurrent product in \"gru\"";
  EXPECT_THAT(found_for_test(two_alike(), alike(), answer_with_change(two_alike(), alike(), reset)),
              ElementsAre(reset));
  const Inputs of_two_lengths{input_for_test(3, 3, 4), input_for_test(3, 6, 2)};
  const std::string second = "go_backwards in \"second\"";
  EXPECT_THAT(found_for_test(two_lengths(), of_two_lengths,
                             answer_with_change(two_lengths(), of_two_lengths, second)),
              ElementsAre(second));
}

TEST(SeveralInputs, AreTakenForEachOther) {
  const Inputs given = alike();
  EXPECT_THAT(
      found_for_test(two_alike(), given, answer_for_test(as_it_is(two_alike()), {given[1], given[0]})),
      ElementsAre("inputs \"first\" and \"second\" swapped"));
}

TEST(SeveralInputs, HaveTheirAxesSwappedTogether) {
  const Inputs given = alike(3, 12);
  Inputs turned = given;
  for (std::size_t i = 0; i < 2; ++i) turned[i] = *arranged(given[i], {1, 0, 2});
  EXPECT_THAT(found_for_test(two_alike(), turned, answer_for_test(as_it_is(two_alike()), given)),
              ElementsAre("x as (time_steps, samples, features)"));
}

TEST(SeveralInputs, OneOfThemIsMasked) {
  Inputs given = alike();
  std::fill_n(given[1].values.begin() + 6, 4, 0.0F);  // steps 3 and 4 of the first sample
  const std::string masked = "steps of zeros of \"second\" masked";
  ModelSpec model = two_alike();
  model.nodes.pop_back();  // a mask of one of two that are joined would be that of both
  model.outputs = {"lstm", "gru"};
  const Variant base = as_it_is(model);
  EXPECT_THAT(blank_inputs(model, readings_for_test(model, given, answer_for_test(base, given))[0].inputs),
              ElementsAre("second"));
  for (const Change& change : changes_of(base, {"second"})) {
    if (change.name != masked) continue;
    const Array<float> y = answer_for_test(with_changes(base, {&change}), given, 1);
    EXPECT_THAT(found_for_test(model, given, y), Contains("output \"gru\" + " + masked));
    return;
  }
  FAIL() << "no change is called " << masked;
}

TEST(SeveralInputs, AFewStepsOfThemDecideAFewOfTheAnswer) {
  const auto steps_looked_at = [](const ModelSpec& model, const Inputs& inputs) {
    const Array<float> y = answer_for_test(as_it_is(model), inputs);
    const std::vector<Reading> readings = readings_for_test(model, inputs, y);
    const Reading& reading = readings.front();
    const Excerpt excerpt = small_excerpt(reading.base, reading, {});
    EXPECT_TRUE(excerpt.is_exact);
    EXPECT_LT(distance_on(excerpt, reading.base, reading).rms, 1e-6F);
    return excerpt.steps;
  };
  EXPECT_LT(steps_looked_at(two_alike(), alike(2, 40)), 40);
  EXPECT_LT(steps_looked_at(from_a_vector(), {input_for_test(2, 40, 4), vectors(2, 3)}), 40);
  EXPECT_LT(steps_looked_at(from_a_vector_behind_one_backwards(), {input_for_test(2, 40, 4), vectors(2, 3)}),
            40);
  EXPECT_EQ(steps_looked_at(encoder_decoder(), {input_for_test(3, 3, 4), input_for_test(3, 6, 2)}), 3);
}

TEST(SeveralInputs, RefuseShapesThatNoneFits) {
  const auto refused = [](const ModelSpec& model, const Inputs& inputs, const Array<float>& y) {
    return refusal_of([&] { readings_for_test(model, inputs, y); });
  };
  const Array<float> y = vectors(3, 2);
  EXPECT_EQ(refused(two_inputs(), {input_for_test(3, 12, 4), vectors(3, 4)}, y),
            "\"x1.npy\": has the shape (3, 4): accepted is (samples, 3)");
  EXPECT_EQ(refused(two_inputs(), {input_for_test(3, 12, 4), vectors(2, 3)}, y),
            "\"x1.npy\": has 2 samples: accepted are as many as \"x.npy\" has, 3");
  EXPECT_THAT(refused(two_lengths(), {input_for_test(3, 4, 4), input_for_test(3, 6, 2)}, vectors(3, 5)),
              HasSubstr("\"x.npy\": has the shape (3, 4, 4): accepted is (samples, 3, 4)"));
  EXPECT_THAT(refused(two_inputs(), sequence_and_side(), vectors(3, 7)),
              HasSubstr("\"y.npy\": has the shape (3, 7): accepted is (3, 2)"));
}

TEST(SeveralInputs, ReturnNoSequenceWhereALayerTakesAVectorAlone) {
  ModelSpec model = two_inputs();
  model.outputs = {"lstm", "dense"};
  EXPECT_THAT(refusal_of([&] { readings_for_test(model, sequence_and_side(), input_for_test(3, 12, 5)); }),
              HasSubstr("\"y.npy\": has the shape (3, 12, 5): accepted is (3, 5)"));
}

TEST(SeveralInputs, OfVectorsAloneHaveOneStep) {
  ModelSpec model{"functional", false, {{"a", InputSpec{{}, 3, false}, {}, {}}}, {"dense"}};
  model.nodes.push_back({"b", InputSpec{{}, 3, false}, {}, {}});
  model.nodes.push_back({"both", MergeSpec{Merge::concat}, {"a", "b"}, {}});
  model.nodes.push_back(node_for_test("dense", DenseSpec{2}, "both", 6));
  Inputs given{vectors(3, 3), vectors(3, 3)};
  std::reverse(given[1].values.begin(), given[1].values.end());
  const Array<float> y = answer_for_test(as_it_is(model), given);
  EXPECT_THAT(found_for_test(model, given, y), ElementsAre("as it is"));
  EXPECT_THAT(found_for_test(model, {given[1], given[0]}, y), ElementsAre("inputs \"a\" and \"b\" swapped"));
}

}  // namespace
}  // namespace lockstep::doctor
