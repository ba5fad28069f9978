#include "verify/doctor/search.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "verify/doctor/convention.h"
#include "verify/doctor/diagnosis_for_test.h"

namespace lockstep::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

ModelSpec lstm_and_dense(bool return_sequences = true) {
  return chain_for_test(3, {recurrent_for_test(Cell::lstm, 6, return_sequences), DenseSpec{4}});
}

/// What the model answers with the changes of these names.
Array<float> answer_with(const ModelSpec& model, const Array<float>& x,
                         const std::vector<std::string>& names) {
  const Variant base = as_it_is(model);
  const std::vector<Change> changes = changes_of(base, {});
  std::vector<const Change*> chosen;
  for (const std::string& name : names) {
    const auto change =
        std::find_if(changes.begin(), changes.end(), [&](const Change& one) { return one.name == name; });
    if (change == changes.end()) throw std::invalid_argument("no change has the name " + name);
    chosen.push_back(&*change);
  }
  return answer_for_test(with_changes(base, chosen), x);
}

TEST(Search, SaysFirstThatTheyAgreeAsItIs) {
  const ModelSpec model = lstm_and_dense();
  const Array<float> x = input_for_test(3, 9, 3);
  const Diagnosis found = diagnosis_for_test(model, {x}, answer_for_test(as_it_is(model), x));
  EXPECT_EQ(found.as_it_is, Outcome::agrees);
  EXPECT_TRUE(found.agreement.holds());
  EXPECT_EQ(found.agreement.found.compared, 3 * 9 * 4);
  EXPECT_EQ(found.agreement.samples, 3);
  EXPECT_EQ(found.tried, 0U);
  EXPECT_THAT(found.explanations, SizeIs(0));
}

TEST(Search, LooksAtEverySampleAndStep) {
  const ModelSpec model = chain_for_test(2, {recurrent_for_test(Cell::simple_rnn, 2, true)});
  const Array<float> x = input_for_test(40, 50, 2);
  Array<float> y = answer_for_test(as_it_is(model), x);
  y.values.back() += 0.25F;
  const Diagnosis found = diagnosis_for_test(model, {x}, y);
  EXPECT_EQ(found.as_it_is, Outcome::differs);
  ASSERT_TRUE(found.worst);
  EXPECT_THAT(found.worst->place, ElementsAre(39, 49, 1));
  EXPECT_NEAR(found.worst->error, 0.25, 1e-6);
  EXPECT_THAT(found.explanations, SizeIs(0));
}

TEST(Search, FindsWhatALateStepOfALateSampleAloneShows) {
  const ModelSpec model = chain_for_test(
      3, {MaskingSpec{}, recurrent_for_test(Cell::gru, 4, true), recurrent_for_test(Cell::lstm, 4, true)});
  Array<float> x = input_for_test(40, 30, 3);
  std::fill(x.values.end() - 4 * 3, x.values.end() - 1 * 3, 0.0F);  // steps 26 to 28 of the last sample
  for (const std::string name : {"mask ignored in \"masking\"", "zero_output_for_mask in \"lstm\""})
    EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {name})), ElementsAre(name));
}

// Before the first step that is no zero, no convention of a layer without bias shows.
TEST(Search, FindsWhatNoFirstStepShows) {
  ModelSpec model = chain_for_test(3, {recurrent_for_test(Cell::lstm, 4, true)});
  for (Node& node : model.nodes) std::fill(node.weights.bias.begin(), node.weights.bias.end(), 0.0F);
  Array<float> x = input_for_test(2, 40, 3);
  for (std::int64_t sample = 0; sample < 2; ++sample)
    std::fill_n(x.values.begin() + sample * 40 * 3, 30 * 3, 0.0F);
  const std::string name = "recurrent_kernel transposed in \"lstm\"";
  EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {name})), ElementsAre(name));
}

TEST(Search, FindsWhatAHalfOfABidirectionalDoes) {
  for (const bool sequences : {true, false})
    for (const Merge merge : {Merge::concat, Merge::mul}) {
      const ModelSpec model = both_ways(merge, sequences);
      const Array<float> x = input_for_test(3, 12, 4);
      for (const std::string name : {"gate order f i c o in \"both/backward_layer\"",
                                     "reset before the recurrent product in \"both/forward_layer\""})
        EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {name})), ElementsAre(name));
    }
}

TEST(Search, FindsWhatAModelOfOneLengthDoes) {
  const ModelSpec model = flattened_steps();
  const Array<float> x = input_for_test(3, 6, 4);
  const std::string name = "gate order f i c o in \"lstm\"";
  EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {name})), ElementsAre(name));
}

// Flatten takes no masked steps.
TEST(Search, TriesNoMaskThatTheModelCannotHave) {
  const ModelSpec model = flattened_steps();
  Array<float> x = input_for_test(3, 6, 4);
  std::fill_n(x.values.begin(), 4, 0.0F);
  const std::string name = "gate order f i c o in \"lstm\"";
  EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {name})), ElementsAre(name));
}

TEST(Search, FindsTwoAndThreeTogether) {
  const ModelSpec model = lstm_and_dense();
  const Array<float> x = input_for_test(3, 12, 3);
  const std::string order = "gate order i c f o in \"lstm\"", bias = "forget bias added in \"lstm\"",
                    sigmoid = "recurrent_activation hard_sigmoid of Keras 2 in \"lstm\"";
  EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {order, bias})),
              ElementsAre(order + " + " + bias));
  EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {order, bias, sigmoid})),
              ElementsAre(order + " + " + bias + " + " + sigmoid));
}

TEST(Search, FindsWhatTheLastStepAloneShows) {
  const ModelSpec model = lstm_and_dense(false);
  const Array<float> x = input_for_test(3, 12, 3);
  for (const std::string name :
       {"gate order i o f c in \"lstm\"", "go_backwards in \"lstm\"", "states not reset between samples",
        "recurrent_kernel transposed in \"lstm\""})
    EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {name})), ElementsAre(name));
}

TEST(Search, FindsALayerAloneAndAllOfAKind) {
  const RecurrentSpec gru = recurrent_for_test(Cell::gru, 5, true);
  const ModelSpec model = chain_for_test(3, {gru, gru});
  const Array<float> x = input_for_test(3, 9, 3);
  for (const std::string layers : {"\"gru\"", "\"gru_1\"", "\"gru\", \"gru_1\""}) {
    const std::string name = "gate order r z h in " + layers;
    EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {name})), ElementsAre(name));
  }
}

TEST(Search, NamesAllThatCannotBeToldApart) {
  ModelSpec model = chain_for_test(3, {recurrent_for_test(Cell::gru, 5, true)});
  Weights& weights = model.nodes[1].weights;
  std::fill(weights.bias.begin() + 15, weights.bias.end(), 0.0F);  // no recurrent bias
  const Array<float> x = input_for_test(3, 9, 3);
  EXPECT_THAT(found_for_test(model, x, answer_with(model, x, {"bias left out in \"gru\""})),
              ElementsAre("input bias left out in \"gru\"", "bias left out in \"gru\""));
}

TEST(Search, NamesTheNearestWhereNoneExplains) {
  const ModelSpec model = lstm_and_dense();
  const Array<float> x = input_for_test(3, 9, 3);
  Array<float> y = answer_with(model, x, {"gate order i o f c in \"lstm\""});
  for (std::size_t i = 0; i < y.values.size(); i += 2) y.values[i] += 0.001F;
  const Diagnosis found = diagnosis_for_test(model, {x}, y);
  EXPECT_THAT(found.explanations, SizeIs(0));
  ASSERT_TRUE(found.nearest);
  EXPECT_EQ(names_for_test(found.nearest->departures), "gate order i o f c in \"lstm\"");
  EXPECT_NEAR(found.nearest->worst.error, 0.001, 1e-5);
  EXPECT_GT(found.tried, 1000U);
  EXPECT_GE(found.together, 3U);
}

TEST(Search, ExplainsShapesThatDiffer) {
  const ModelSpec model = lstm_and_dense();
  const Array<float> x = input_for_test(3, 9, 3);
  const Array<float> all = answer_with(model, x, {"go_backwards in \"lstm\""});
  Array<float> last{{3, 4}, {}};
  for (std::int64_t b = 0; b < 3; ++b)
    last.values.insert(last.values.end(), all.values.begin() + (b * 9 + 8) * 4,
                       all.values.begin() + (b * 9 + 9) * 4);
  EXPECT_THAT(found_for_test(model, x, last),
              ElementsAre("the last step alone + go_backwards in \"lstm\"",
                          "the first step alone + go_backwards, output in the order of time in \"lstm\""));
}

TEST(Search, OfManyThreadsFindsTheSame) {
  const ModelSpec model = lstm_and_dense();
  const Array<float> x = input_for_test(3, 9, 3);
  Array<float> y = answer_with(model, x, {"gate order i o f c in \"lstm\""});
  y.values[0] += 0.5F;
  const auto readings = readings_for_test(model, {x}, y);
  const Diagnosis one = diagnose(readings, 32, 1), three = diagnose(readings, 32, 3);
  EXPECT_EQ(one.tried, three.tried);
  ASSERT_TRUE(one.nearest && three.nearest);
  EXPECT_EQ(names_for_test(one.nearest->departures), names_for_test(three.nearest->departures));
}

TEST(Search, TakesNoMoreWorkThanItMay) {
  const ModelSpec model = lstm_and_dense();
  const Array<float> x = input_for_test(2, 9, 3), y = input_for_test(2, 9, 4);  // of no model
  const auto readings = readings_for_test(model, {x}, y);
  const Diagnosis little = diagnose(readings, 32, 1, {}, {2e7, 1e9}),
                  more = diagnose(readings, 32, 1, {}, {6e7, 1e9});
  EXPECT_THAT(more.explanations, SizeIs(0));
  EXPECT_GT(little.tried, 50U);
  EXPECT_GT(more.tried, little.tried);
  EXPECT_LT(more.tried, 600U);  // each takes 1e5 and more
}

TEST(Search, JudgesAsManySamplesAsItMayAndSaysSo) {
  const ModelSpec model = lstm_and_dense();
  const Array<float> x = input_for_test(40, 9, 3);
  const Array<float> y = answer_with(model, x, {"go_backwards in \"lstm\""});
  const auto readings = readings_for_test(model, {x}, y);
  EXPECT_EQ(diagnose(readings, 32, 1).explanations.at(0).agreement.samples, 40);
  const std::int64_t some = diagnose(readings, 32, 1, {}, {4e9, 1e5}).explanations.at(0).agreement.samples;
  EXPECT_GE(some, 1);
  EXPECT_LT(some, 40);
}

TEST(Search, GivesNoVerdictWhereRoundingAloneDecides) {
  RecurrentSpec chaotic = recurrent_for_test(Cell::simple_rnn, 16, true);
  ModelSpec model = chain_for_test(3, {chaotic});
  for (float& weight : model.nodes[1].weights.recurrent_kernel) weight *= 8;
  const Array<float> x = input_for_test(2, 80, 3);
  EXPECT_THAT(found_for_test(model, x, answer_for_test(as_it_is(model), x)), ElementsAre("no verdict"));
  EXPECT_THAT(found_for_test(model, x, input_for_test(2, 80, 16)), ElementsAre("no verdict"));
}

}  // namespace
}  // namespace lockstep::doctor
