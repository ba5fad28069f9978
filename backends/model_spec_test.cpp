#include "backends/model_spec.h"

#include <functional>

#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "backends/refusal_for_test.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// What the model is refused for.
std::string refusal(const ModelSpec& model) {
  return refusal_of([&] { resolve(model); });
}

ModelSpec changed(const std::function<void(ModelSpec&)>& change) {
  ModelSpec model = two_heads();
  change(model);
  return model;
}

TEST(ModelSpec, InfersWhatEachLayerReturns) {
  const ModelGraph graph = resolve(two_heads());
  EXPECT_EQ(to_string(graph.returns[0]), "(None, None, 4)");
  EXPECT_EQ(to_string(graph.returns[1]), "(None, None, 5)");
  EXPECT_EQ(to_string(graph.returns[2]), "(None, None, 2)");
  EXPECT_EQ(to_string(resolve(last_step()).returns[2], "batch"), "(batch, 8)");
}

TEST(ModelSpec, CountsParameters) {
  EXPECT_EQ(parameters(two_heads()), 200 + 12 + 12);
  EXPECT_EQ(parameters(last_step()), (15 + 16) * 48 + 2 * 48 + 16 * 8 + 8);
}

/// two_heads() behind a Masking.
ModelSpec masked() {
  return changed([](ModelSpec& model) {
    model.nodes.push_back({"masking", MaskingSpec{0.5F}, {"input_layer"}, {}});
    model.nodes[1].inputs = {"masking"};
  });
}

TEST(ModelSpec, TellsWhatReturnsMaskedSteps) {
  ModelSpec model = masked();
  EXPECT_EQ(resolve(two_heads()).masking, std::nullopt);
  EXPECT_EQ(resolve(two_heads()).masked, std::vector<bool>(4, false));
  EXPECT_EQ(resolve(model).masking, 4U);
  EXPECT_EQ(resolve(model).masked, (std::vector<bool>{false, true, true, true, true}));
  model.nodes[2].inputs = {"input_layer"};
  model.nodes[2].weights.kernel.resize(8);
  EXPECT_EQ(resolve(model).masked, (std::vector<bool>{false, true, false, true, true}));
  model = masked();
  std::get<RecurrentSpec>(model.nodes[1].kind).return_sequences = false;
  model.nodes.erase(model.nodes.begin() + 3);
  model.outputs = {"dense"};
  EXPECT_EQ(resolve(model).masked, (std::vector<bool>{false, false, false, true}));
}

TEST(ModelSpec, TakesOneMaskingOfTheInput) {
  EXPECT_EQ(refusal(masked()), "accepted");
  ModelSpec model = masked();
  model.nodes.push_back({"dropout", DropoutSpec{}, {"input_layer"}, {}});
  model.nodes[4].inputs = {"dropout"};
  EXPECT_EQ(refusal(model), "accepted");
  model.nodes[1].inputs = {"input_layer"};
  model.nodes[4].inputs = {"lstm"};
  model.nodes[2].inputs = {"masking"};
  model.nodes.pop_back();
  EXPECT_THAT(refusal(model), AllOf(HasSubstr("layer \"masking\": masks what \"lstm\" returns"),
                                    HasSubstr("accepted is a Masking of the model's input")));
  model = masked();
  model.nodes.push_back({"second", MaskingSpec{}, {"input_layer"}, {}});
  model.outputs.push_back("second");
  EXPECT_THAT(refusal(model), HasSubstr("layer \"second\": masks beside \"masking\""));
}

TEST(ModelSpec, TakesSeveralInputsInTheirOrder) {
  ModelSpec model = two_inputs();
  ModelGraph graph = resolve(model);
  EXPECT_EQ(graph.inputs, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(to_string(graph.returns[0]), "(None, 3)");
  EXPECT_EQ(to_string(graph.returns[3]), "(None, 8)");
  model.inputs.clear();
  EXPECT_EQ(resolve(model).inputs, (std::vector<std::size_t>{0, 1}));
}

TEST(ModelSpec, HasALeadingInput) {
  const auto leading = [](const ModelSpec& model) {
    const ModelGraph graph = resolve(model);
    return model.nodes[graph.inputs[graph.leading]].name;
  };
  ModelSpec model = two_lengths();
  EXPECT_EQ(leading(model), "short") << "the first sequence";
  model.nodes[1].kind = InputSpec{{}, 2};
  EXPECT_EQ(leading(model), "long") << "the first of any length";
  model = two_inputs();
  model.inputs = {"side", "readings"};
  EXPECT_EQ(leading(model), "readings") << "no vector";
  ModelSpec vectors{"vectors", true, {{"x", InputSpec{{}, 3, false}, {}, {}}}, {"x"}};
  EXPECT_EQ(leading(vectors), "x");
}

TEST(ModelSpec, RefusesInputsThatAreNone) {
  const auto refusal_with = [](std::vector<std::string> inputs) {
    ModelSpec model = two_inputs();
    model.inputs = std::move(inputs);
    return refusal(model);
  };
  EXPECT_THAT(refusal_with({"readings"}), HasSubstr("layer \"side\": is no input of the model"));
  EXPECT_THAT(refusal_with({"readings", "side", "side"}),
              HasSubstr("layer \"side\": is an input of the model twice"));
  EXPECT_THAT(refusal_with({"readings", "side", "lstm"}),
              HasSubstr("layer \"lstm\": is an input of the model, but no Input"));
  EXPECT_THAT(refusal_with({"readings", "sides"}), HasSubstr("there is no layer \"sides\""));
}

TEST(ModelSpec, RefusesAVectorWhereALayerTakesASequence) {
  ModelSpec model = two_inputs();
  model.nodes[0].kind = InputSpec{{}, 4, false};
  model.nodes[2].inputs = {"side"};
  model.outputs.push_back("readings");
  EXPECT_THAT(refusal(model), HasSubstr("layer \"lstm\": takes a sequence (batch, time_steps, features), but "
                                        "\"side\" returns (batch, 4)"));
  model = two_inputs();
  model.nodes[0].kind = InputSpec{2, 3, false};
  EXPECT_THAT(refusal(model), HasSubstr("layer \"side\": takes vectors of 2 time steps"));
}

TEST(ModelSpec, TakesOneMaskingOfOneOfItsInputs) {
  ModelSpec model = two_lengths();
  model.nodes.push_back({"masking", MaskingSpec{0}, {"long"}, {}});
  model.nodes[3].inputs = {"masking"};
  EXPECT_EQ(refusal(model), "accepted");
  EXPECT_EQ(resolve(model).masked_input, 1U);
  model.nodes.push_back({"second_masking", MaskingSpec{0}, {"short"}, {}});
  model.nodes[2].inputs = {"second_masking"};
  EXPECT_THAT(refusal(model), HasSubstr("accepted is one Masking"));
  model = two_inputs();
  model.nodes.push_back({"masking", MaskingSpec{0}, {"side"}, {}});
  model.nodes[3].inputs = {"lstm", "masking"};
  EXPECT_THAT(refusal(model), HasSubstr("layer \"masking\": masks what \"side\" returns"));
}

TEST(ModelSpec, TakesLayersInAnyOrder) {
  const ModelGraph graph =
      resolve(changed([](ModelSpec& model) { std::swap(model.nodes[0], model.nodes[3]); }));
  EXPECT_EQ(graph.inputs, std::vector<std::size_t>{3});
  EXPECT_EQ(graph.order, (std::vector<std::size_t>{3, 1, 0, 2}));
}

TEST(ModelSpec, NamesTheLayerThatIsWrong) {
  EXPECT_THAT(refusal(changed([](auto& model) { model.nodes[2].inputs = {"gru"}; })),
              AllOf(HasSubstr("layer \"dense\""), HasSubstr("no layer \"gru\""), HasSubstr("accepted are")));
  EXPECT_THAT(refusal(changed([](auto& model) { model.nodes[1].inputs = {"dense"}; })), HasSubstr("cycle"));
  EXPECT_THAT(refusal(changed([](auto& model) { model.nodes[1].inputs = {"lstm"}; })), HasSubstr("cycle"));
  EXPECT_THAT(refusal(changed([](auto& model) { model.nodes[2].name = "lstm"; })), HasSubstr("used twice"));
  EXPECT_THAT(refusal(changed([](auto& model) { model.nodes[2].name = ""; })),
              HasSubstr("layer 3 has no name"));
  EXPECT_THAT(refusal(changed([](auto& model) { model.nodes[2].inputs.clear(); })),
              HasSubstr("has 0 inputs"));
  EXPECT_THAT(refusal(changed([](auto& model) { model.nodes[1].weights.bias.pop_back(); })),
              AllOf(HasSubstr("layer \"lstm\""), HasSubstr("bias has 19 values"), HasSubstr("20")));
  EXPECT_THAT(refusal(changed([](auto& model) { model.nodes[0].weights.bias = {1}; })),
              HasSubstr("layer \"input_layer\": has weights"));
  EXPECT_THAT(refusal(changed([](auto& model) { model.outputs = {"softmax"}; })),
              AllOf(HasSubstr("outputs"), HasSubstr("\"softmax\"")));
  EXPECT_THAT(refusal(changed([](auto& model) { model.outputs.clear(); })), HasSubstr("no output"));
  EXPECT_THAT(refusal(changed([](auto& model) { model.outputs.pop_back(); })),
              HasSubstr("\"time_distributed\": leads to no output"));
  EXPECT_THAT(refusal(changed([](auto& model) { std::get<RecurrentSpec>(model.nodes[1].kind).units = 0; })),
              HasSubstr("layer \"lstm\": units (U) is 0"));
  EXPECT_THAT(refusal(changed([](auto& model) {
                model.nodes[0].kind = InputSpec{-3, 4};
              })),
              HasSubstr("layer \"input_layer\": time_steps (T) is -3"));
  EXPECT_THAT(refusal(changed([](auto& model) { model.nodes[0].kind = DropoutSpec{}; })),
              HasSubstr("inputs"));
  EXPECT_THAT(refusal(ModelSpec{}), HasSubstr("no Input layer"));
}

TEST(ModelSpec, CountsTheWeightsOfALayerThatIsCalledTwiceOnce) {
  ModelSpec model = called_twice();
  EXPECT_EQ(parameters(model), (4 + 4 + 1) * 16);
  model.nodes[2].call_of = "";
  EXPECT_EQ(parameters(model), 2 * (4 + 4 + 1) * 16);
}

TEST(ModelSpec, TakesAFurtherCallOfALayerOfThatKind) {
  const auto refusal_with = [](const std::string& call_of) {
    ModelSpec model = called_twice();
    model.nodes[2].call_of = call_of;
    return refusal(model);
  };
  EXPECT_EQ(refusal_with("lstm"), "accepted");
  EXPECT_THAT(refusal_with("gru"), HasSubstr("layer \"lstm/call_2\": there is no layer \"gru\""));
  for (const char* other : {"input_layer", "lstm/call_2"})
    EXPECT_THAT(refusal_with(other), HasSubstr("it takes the first call of the same layer"));
  ModelSpec model = called_twice();
  std::get<RecurrentSpec>(model.nodes[2].kind).activation = Activation::relu;
  EXPECT_THAT(refusal(model), HasSubstr("it takes the first call of the same layer"));
}

TEST(ModelSpec, RefusesASequenceLayerAfterTheLastStep) {
  ModelSpec model = last_step();
  std::get<DenseSpec>(model.nodes[2].kind).style = DenseStyle::time_distributed;
  EXPECT_EQ(
      refusal(model),
      "layer \"dense\": takes a sequence (batch, time_steps, features), but \"gru\" returns (batch, 16)");
}

TEST(ModelSpec, TakesTwoInputsOrMoreOfAMerge) {
  const ModelSpec whole = both_ways(Merge::concat, true);
  EXPECT_EQ(refusal(whole), "accepted");
  EXPECT_EQ(to_string(resolve(whole).returns[4]), "(None, None, 10)");
  EXPECT_EQ(parameters(whole), (4 + 5 + 2) * 15 + (4 + 5 + 1) * 20 + 22);
  EXPECT_EQ(resolve(whole).order, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5}));
  ModelSpec model = whole;
  model.nodes[4].inputs.pop_back();
  EXPECT_THAT(refusal(model), HasSubstr("layer \"both\": has 1 inputs: it takes two or more"));
  model = whole;
  model.nodes[3].inputs.push_back("input_layer");
  EXPECT_THAT(refusal(model), HasSubstr("has 2 inputs: it takes 1"));
  model = whole;
  model.nodes[3].inputs = {"both"};
  EXPECT_THAT(refusal(model), HasSubstr("cycle"));
  model = whole;
  model.nodes[4].kind = MergeSpec{Merge::sum};
  model.nodes[4].inputs.push_back("input_layer");
  EXPECT_THAT(refusal(model), HasSubstr("layer \"both\": reads (batch, None, 5) and (batch, None, 4)"));
  model = whole;
  model.nodes[4].weights.bias = {1};
  EXPECT_THAT(refusal(model), HasSubstr("layer \"both\": has weights"));
}

TEST(ModelSpec, TakesABidirectionalOfWhichOneHalfIsRead) {
  for (const std::size_t half : {0U, 1U}) {
    ModelSpec model = both_ways(std::nullopt, true);
    EXPECT_EQ(resolve(model).used, std::vector<bool>(4, true));
    model.outputs = {model.outputs[half]};
    const bool forward = half == 0;
    EXPECT_EQ(resolve(model).used, (std::vector<bool>{true, forward, !forward, !forward}));
    EXPECT_EQ(parameters(model), (4 + 5 + 2) * 15 + (4 + 5 + 1) * 20);
    const std::vector<NestedModel> nested = model.nested;
    model.nested.clear();
    EXPECT_THAT(refusal(model), HasSubstr("leads to no output"));
    model.nested = nested;
    for (const std::size_t i : {1U, 2U}) {  // a second call that nothing reads
      Node again = model.nodes[i];
      again.name.insert(nested.front().name.size(), "/call_2");
      again.call_of = model.nodes[i].name;
      model.nodes.push_back(std::move(again));
    }
    NestedModel unread = nested.front();
    unread.name += "/call_2";
    unread.call_of = nested.front().name;
    unread.outputs = {model.nodes[4].name, model.nodes[5].name};
    model.nested.push_back(unread);
    EXPECT_THAT(refusal(model), HasSubstr("leads to no output"));
  }
}

TEST(ModelSpec, JoinsStepsThatAreMaskedAlike) {
  ModelSpec model = both_ways(Merge::concat, true);
  model.nodes.push_back({"masking", MaskingSpec{}, {"input_layer"}, {}});
  model.nodes[1].inputs = model.nodes[2].inputs = {"masking"};
  EXPECT_EQ(resolve(model).masked, (std::vector<bool>{false, true, true, true, true, true, true}));
  model.nodes[2].inputs = {"input_layer"};
  EXPECT_THAT(refusal(model), HasSubstr("layer \"both\": reads masked steps and others"));
  ModelSpec flat = masked();
  flat.nodes[0].kind = InputSpec{3, 4};
  flat.nodes.push_back({"flat", ReshapeSpec{{-1}}, {"lstm"}, {}});
  flat.outputs.push_back("flat");
  EXPECT_THAT(refusal(flat), HasSubstr("layer \"flat\": reads masked steps"));
}

TEST(ModelSpec, ResolvesLayersThatHaveNoWeightsYet) {
  const ModelSpec bare = changed([](ModelSpec& model) { model.nodes[1].weights = {}; });
  EXPECT_THAT(refusal(bare), HasSubstr("kernel has 0 values"));
  EXPECT_EQ(resolve_without_weights(bare).returns, resolve(two_heads()).returns);
}

TEST(ModelSpec, RefusesADropoutRateThatIsNoShare) {
  ModelSpec model = last_step();
  model.nodes[1].inputs = {"dropout"};
  model.nodes.push_back({"dropout", DropoutSpec{0.5}, {"input_layer"}, {}});
  EXPECT_EQ(refusal(model), "accepted");
  model.nodes.back().kind = DropoutSpec{1.5};
  EXPECT_THAT(refusal(model), HasSubstr("layer \"dropout\": rate is 1.5"));
}

TEST(ModelSpec, ChangesTheDenseStyleOfSequencesOnly) {
  const auto style = [](const ModelSpec& model, std::size_t node) {
    return std::get<DenseSpec>(model.nodes[node].kind).style;
  };
  const ModelSpec both = with_dense_style(two_heads(), DenseStyle::time_distributed);
  EXPECT_EQ(style(both, 2), DenseStyle::time_distributed);
  EXPECT_EQ(style(both, 3), DenseStyle::time_distributed);
  EXPECT_EQ(style(with_dense_style(both, DenseStyle::flattened), 3), DenseStyle::flattened);
  EXPECT_EQ(style(with_dense_style(last_step(), DenseStyle::time_distributed), 2), DenseStyle::flattened);
}

/// What the target is refused for.
std::string target_refusal(const ModelSpec& model, std::vector<std::int64_t> target) {
  return refusal_of([&] { check_target(model, target); });
}

TEST(Target, OfASequenceNeedsASequence) {
  EXPECT_EQ(target_refusal(last_step(), {1000, 8}), "accepted");
  EXPECT_EQ(
      target_refusal(last_step(), {1000, 64, 8}),
      "the model returns (batch, 8), the target is (1000, 64, 8): gru has return_sequences=False, so only "
      "the last step is returned; set return_sequences=True or give one target per sample");
}

TEST(Target, OfOneStepNeedsTheLastStep) {
  EXPECT_EQ(target_refusal(two_heads(), {1, 3, 2}), "accepted");
  EXPECT_EQ(
      target_refusal(two_heads(), {1, 2}),
      "the model returns (batch, None, 2), the target is (1, 2): lstm has return_sequences=True, so every "
      "step is returned; set return_sequences=False or give one target per step");
}

TEST(Target, IsToldOfWhatDecidesItsShapeBehindAJoin) {
  ModelSpec model = both_ways(Merge::concat, false);
  EXPECT_THAT(target_refusal(model, {9, 3, 2}), HasSubstr("both/forward_layer has return_sequences=False"));
  model.nodes.pop_back();
  model.outputs = {"both"};
  EXPECT_THAT(target_refusal(model, {9, 2}), HasSubstr("both has 10 features, the target has 2"));
  model.nodes.push_back({"turned", ReshapeSpec{{5, 2}}, {"both"}, {}});
  model.outputs = {"turned"};
  EXPECT_THAT(target_refusal(model, {9, 2}),
              HasSubstr("turned returns (batch, 5, 2); give one target per step"));
  EXPECT_THAT(target_refusal(model, {9, 4, 2}), HasSubstr("turned returns 5 time steps, the target has 4"));
  EXPECT_EQ(target_refusal(model, {9, 5, 2}), "accepted");
}

TEST(Target, IsOfTheInputThatItsStepsComeFrom) {
  ModelSpec model = two_lengths();
  std::get<RecurrentSpec>(model.nodes[3].kind).return_sequences = true;
  model.outputs = {"first", "second"};
  model.nodes.pop_back();
  const auto refusal_of_second = [&](const std::vector<std::int64_t>& dims) {
    return refusal_of([&] { check_target(model, dims, 1); });
  };
  EXPECT_EQ(refusal_of_second({9, 6, 5}), "accepted");
  EXPECT_THAT(refusal_of_second({9, 3, 5}), HasSubstr("long takes 6 time steps, the target has 3"));
  ModelSpec vectors{"vectors", true, {{"x", InputSpec{{}, 3, false}, {}, {}}}, {"x"}};
  EXPECT_THAT(target_refusal(vectors, {9, 2, 3}),
              HasSubstr("x takes vectors (batch, features); give one target per sample"));
}

TEST(Target, HasTheSizesOfTheOutput) {
  EXPECT_THAT(target_refusal(two_heads(), {1, 3, 7}), HasSubstr("dense has 2 units, the target has 7"));
  EXPECT_THAT(target_refusal(two_heads(), {1}), HasSubstr("give a target of 3 dimensions"));
  ModelSpec model = two_heads();
  model.nodes[0].kind = InputSpec{64, 4};
  EXPECT_THAT(target_refusal(model, {1, 32, 2}), HasSubstr("takes 64 time steps, the target has 32"));
  EXPECT_THROW(check_target(two_heads(), std::vector<std::int64_t>{1, 3, 2}, 2), std::invalid_argument);
}

}  // namespace
}  // namespace lockstep
