#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "verify/doctor/convention.h"
#include "verify/doctor/diagnosis_for_test.h"

namespace lockstep::doctor {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t one_width = 4;  // of the input and of every layer, so that each could be left out

std::vector<ModelSpec> models_of_every_kind() {
  std::vector<ModelSpec> models;
  for (const bool return_sequences : {true, false})
    for (const Cell cell : {Cell::simple_rnn, Cell::lstm, Cell::gru}) {
      RecurrentSpec spec = recurrent_for_test(cell, one_width, true);
      RecurrentSpec second = spec;
      second.return_sequences = return_sequences;
      second.go_backwards = return_sequences;
      second.reset_after = return_sequences || cell != Cell::gru;
      models.push_back(chain_for_test(one_width, {spec, second, DenseSpec{one_width, Activation::tanh}}));
    }
  models.push_back(chain_for_test(one_width, {MaskingSpec{}, recurrent_for_test(Cell::gru, one_width, true),
                                              DenseSpec{one_width}, ActivationSpec{Activation::softmax}}));
  models.push_back(called_twice());
  return models;
}

/// Some of its steps are zeros, as those of padded sequences.
Array<float> padded_input() {
  Array<float> x = input_for_test(3, 10, one_width);
  for (std::int64_t b = 0; b < 3; ++b)
    std::fill_n(x.values.begin() + (b * 10 + 10 - b) * one_width, b * one_width, 0.0F);
  return x;
}

bool is_same(const Array<float>& a, const Array<float>& b) {
  return a.dims == b.dims && std::equal(a.values.begin(), a.values.end(), b.values.begin(),
                                        [](float x, float y) { return std::abs(x - y) < 1e-6F; });
}

TEST(Conventions, EachIsFoundFromWhatItDoes) {
  const Array<float> x = padded_input();
  std::set<std::string> found;
  for (const ModelSpec& model : models_of_every_kind()) {
    const Variant base = as_it_is(model);
    const Array<float> own = answer_for_test(base, x);
    for (const Change& change : changes_of(base, {"input_layer"})) {
      const Array<float> y = answer_for_test(with_changes(base, {&change}), x);
      if (is_same(own, y)) continue;  // the input or the weights do not show it
      EXPECT_THAT(found_for_test(model, x, y), Contains(change.name)) << model.nodes[1].name;
      found.insert(change.name.substr(0, change.name.find(" in \"")));
    }
  }
  EXPECT_GE(found.size(), 60U);
}

TEST(Conventions, EachHasANameOfItsOwnAndARemedyInOneSentence) {
  for (const ModelSpec& model : models_of_every_kind()) {
    std::set<std::string> names;
    for (const Change& change : changes_of(as_it_is(model), {"input_layer"})) {
      EXPECT_TRUE(names.insert(change.name).second) << change.name;
      EXPECT_THAT(change.remedy, Not(HasSubstr("{"))) << change.name;
      EXPECT_THAT(change.remedy, Not(HasSubstr(". "))) << change.name;
      EXPECT_NE(change.remedy.back(), '.') << change.name;
    }
  }
}

/// What a layer is given and hands on does not end where a convention changes it.
TEST(Conventions, LeaveAModelWhereStatesAreHandedOn) {
  const RecurrentSpec lstm = recurrent_for_test(Cell::lstm, one_width, true);
  ModelSpec model = chain_for_test(one_width, {lstm, lstm, DenseSpec{one_width}});
  model.sequential = false;
  model.nodes.push_back({"lstm:h", StateSpec{State::h}, {"lstm"}, {}});
  model.nodes.push_back({"lstm:c", StateSpec{State::c}, {"lstm"}, {}});
  model.nodes[2].inputs = {"lstm", "lstm:h", "lstm:c"};
  std::vector<std::string> names;
  for (const Change& change : changes_of(as_it_is(model), {"input_layer"})) {
    const Variant changed = with_changes(as_it_is(model), {&change});
    EXPECT_NO_THROW(resolve(changed.model)) << change.name;
    names.push_back(change.name);
  }
  EXPECT_THAT(names, Contains("layer left out in \"dense\""));
  EXPECT_THAT(names, Not(Contains("layer left out in \"lstm\"")));
  EXPECT_THAT(names, Not(Contains("layer left out in \"lstm_1\"")));
}

TEST(Conventions, AreOfAllLayersOfAKindAndOfEachAlone) {
  const RecurrentSpec lstm = recurrent_for_test(Cell::lstm, 3, true);
  const std::vector<Change> changes = changes_of(as_it_is(chain_for_test(2, {lstm, lstm})), {});
  std::vector<std::string> names;
  for (const Change& change : changes) names.push_back(change.name);
  EXPECT_THAT(names, Contains("gate order i o f c in \"lstm\", \"lstm_1\""));
  EXPECT_THAT(names, Contains("gate order i o f c in \"lstm\""));
  EXPECT_THAT(names, Contains("gate order i o f c in \"lstm_1\""));
  EXPECT_THAT(names, Not(Contains(HasSubstr("steps of zeros masked"))));
}

TEST(Conventions, OfALayerAreOfAllItsCalls) {
  const Variant base = as_it_is(called_twice());
  for (const Change& change : changes_of(base, {})) {
    EXPECT_THAT(change.name, Not(HasSubstr("call_2")));
    EXPECT_THAT(change.remedy, Not(HasSubstr("call_2")));
    EXPECT_THAT(change.nodes, ElementsAre(1, 2)) << change.name;
    const Variant changed = with_changes(base, {&change});
    EXPECT_EQ(changed.weights[1]->kernel, changed.weights[2]->kernel) << change.name;
    EXPECT_EQ(changed.weights[1]->recurrent_kernel, changed.weights[2]->recurrent_kernel) << change.name;
    EXPECT_EQ(changed.weights[1]->bias, changed.weights[2]->bias) << change.name;
    EXPECT_EQ(changed.model.nodes[1].kind, changed.model.nodes[2].kind) << change.name;
    EXPECT_NO_THROW(resolve(changed.model)) << change.name;
  }
}

TEST(Conventions, OfAFurtherCallAloneAreOfTheLayer) {
  ModelSpec model = called_twice();  // the first call is of steps that all count, the second of masked ones
  model.nodes.insert(model.nodes.begin() + 1, {"masking", MaskingSpec{}, {"input_layer"}, {}});
  model.nodes[3].inputs = {"masking"};
  model.outputs = {"lstm", "lstm/call_2"};
  std::vector<std::string> names;
  for (const Change& change : changes_of(as_it_is(model), {})) names.push_back(change.name);
  EXPECT_THAT(names, Contains("zero_output_for_mask in \"lstm\""));
}

TEST(Conventions, ThoseThatSettleTheSameOfALayerExcludeEachOther) {
  const RecurrentSpec lstm = recurrent_for_test(Cell::lstm, 3, true);
  const std::vector<Change> changes = changes_of(as_it_is(chain_for_test(2, {lstm, lstm})), {});
  const auto named = [&](const std::string& name) -> const Change& {
    return *std::find_if(changes.begin(), changes.end(),
                         [&](const Change& change) { return change.name == name; });
  };
  const Change& first = named("gate order i o f c in \"lstm\"");
  EXPECT_TRUE(exclude_each_other(first, named("gate order i f o c in \"lstm\"")));
  EXPECT_TRUE(exclude_each_other(first, named("gate order i f o c in \"lstm\", \"lstm_1\"")));
  EXPECT_FALSE(exclude_each_other(first, named("gate order i f o c in \"lstm_1\"")));
  EXPECT_FALSE(exclude_each_other(first, named("bias left out in \"lstm\"")));
}

TEST(Conventions, AForgetBiasIsAddedBehindTheOrderOfTheGates) {
  const ModelSpec model = chain_for_test(2, {recurrent_for_test(Cell::lstm, 3, true)});
  const Variant base = as_it_is(model);
  const std::vector<Change> changes = changes_of(base, {});
  const auto named = [&](const std::string& name) {
    return &*std::find_if(changes.begin(), changes.end(),
                          [&](const Change& change) { return change.name == name; });
  };
  const Change *order = named("gate order i c f o in \"lstm\""),
               *bias = named("forget bias added in \"lstm\"");
  const Variant one = with_changes(base, {order, bias}), other = with_changes(base, {bias, order});
  EXPECT_EQ(one.weights[1]->bias, other.weights[1]->bias);
  EXPECT_EQ(one.weights[1]->bias[3], static_cast<double>(model.nodes[1].weights.bias[6]) + 1);
}

}  // namespace
}  // namespace lockstep::doctor
