#include "backends/model_states.h"

#include <gmock/gmock.h>

#include "backends/allocations_for_test.h"
#include "backends/kept_states.h"
#include "backends/model.h"
#include "backends/model_run_for_test.h"
#include "backends/model_stream.h"
#include "backends/naive_for_test.h"
#include "backends/refusal_for_test.h"
#include "backends/summary.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;

/// A run of encoder_decoder() on both, from states that are given to the encoder.
struct DecoderRun {
  static constexpr std::array<std::int64_t, 3> source_dims{2, 3, 4}, target_dims{2, 6, 2},
      output_dims{2, 6, 5}, value_dims{2, 1, 5};
  DecoderRun() {
    io.inputs = {sequence_view<const float>(source.data(), source_dims, Layout::batch_major),
                 sequence_view<const float>(target.data(), target_dims, Layout::batch_major)};
    io.outputs = {sequence_view(output.data(), output_dims, Layout::batch_major),
                  sequence_view(value.data(), value_dims, Layout::batch_major)};
  }
  std::vector<float> source = some_values(2 * 3 * 4, 0.1F), target = some_values(2 * 6 * 2, 0.4F);
  std::vector<float> output = std::vector<float>(2 * 6 * 5), value = std::vector<float>(2 * 5);
  std::vector<float> h = std::vector<float>(2 * 5), c = h;  // of the encoder
  BasicModelIo<float> io;
};

/// What it returns by its definition, layer by layer, and the states between them.
DecoderRun expected_run(StateView<const float> start = {}) {
  const ModelSpec model = encoder_decoder();
  DecoderRun run;
  std::vector<float> last(2 * 5);
  BasicIo<float> encoder;
  encoder.input = run.io.inputs[0];
  encoder.initial_h = start;
  encoder.output = sequence_view(last.data(), {2, 1, 5}, Layout::batch_major);
  encoder.final_h = state_view(run.h.data(), 2, 5);
  encoder.final_c = state_view(run.c.data(), 2, 5);
  reference::LayerRows<float>({*layer_of(model.nodes[2]), {2, 3, 4}, {}, {}}, model.nodes[2].weights)
      .run(encoder, 0, 2);
  BasicIo<float> decoder;
  decoder.input = run.io.inputs[1];
  decoder.initial_h = encoder.final_h;
  decoder.initial_c = encoder.final_c;
  decoder.output = run.io.outputs[0];
  reference::LayerRows<float>({*layer_of(model.nodes[3]), {2, 6, 2}, {}, {}}, model.nodes[3].weights)
      .run(decoder, 0, 2);
  for (std::size_t i = 0; i < run.value.size(); ++i) run.value[i] = run.h[i] + run.c[i];
  return run;
}

TEST(ModelStates, StartOtherLayersAndAreValues) {
  const DecoderRun expected = expected_run();
  DecoderRun run;
  Model model(encoder_decoder(), naive(), {2, 3, 4}, Exec{});
  const long before = allocations_so_far();
  model.run(run.io);
  EXPECT_EQ(allocations_so_far(), before);
  EXPECT_EQ(run.output, expected.output);
  EXPECT_EQ(run.value, expected.value);
  DecoderRun by_reference;
  run_reference(encoder_decoder(), by_reference.io);
  EXPECT_EQ(by_reference.output, expected.output);
  EXPECT_EQ(by_reference.value, expected.value);
}

TEST(ModelStates, MayBeOutputsAndInputs) {
  ModelSpec model = encoder_decoder();
  model.outputs = {"decoder", "encoder:c"};
  model.nodes.erase(model.nodes.begin() + 6);  // the sum
  DecoderRun run;
  Model(model, naive(), {2, 3, 4}, Exec{}).run(run.io);
  EXPECT_EQ(run.value, expected_run().c);
  EXPECT_EQ(run.output, expected_run().output);

  const DecoderRun expected = expected_run();
  ModelSpec alone = encoder_decoder();
  alone.nodes = {alone.nodes[1],
                 {"h", InputSpec{{}, 5, false}, {}, {}},
                 {"c", InputSpec{{}, 5, false}, {}, {}},
                 alone.nodes[3]};
  alone.nodes[3].inputs = {"target", "h", "c"};
  alone.inputs = {"target", "h", "c"};
  alone.outputs = {"decoder"};
  run.io.inputs = {run.io.inputs[1], sequence_view(expected.h.data(), {2, 1, 5}, Layout::batch_major),
                   sequence_view(expected.c.data(), {2, 1, 5}, Layout::batch_major)};
  run.io.outputs.pop_back();
  std::fill(run.output.begin(), run.output.end(), 0.0F);
  Model(alone, naive(), {2, 6, 2}, Exec{}).run(run.io);
  EXPECT_EQ(run.output, expected.output);
}

TEST(ModelStates, AreAskedForOfALayerThatTheModelReads) {
  const ModelSpec model = encoder_decoder();
  const auto steps = plan_model(model, resolve(model), {2, 3, 4}, Exec{}, InitialStates::zero);
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_FALSE(steps[0].problem->extras.initial_state);
  EXPECT_TRUE(steps[0].problem->extras.final_state);
  EXPECT_TRUE(steps[1].problem->extras.initial_state);
  EXPECT_FALSE(steps[1].problem->extras.final_state);
}

TEST(ModelStates, OfARunAreThoseOfTheOtherLayersAlone) {
  const std::vector<float> start = some_values(2 * 5, 0.2F);
  const StateView<const float> given = state_view(start.data(), 2, 5);
  DecoderRun run;
  run.io.initial = {{given, {}}, {}};
  std::vector<float> ended(2 * 5);
  run.io.ended = {{state_view(ended.data(), 2, 5), {}}, {}};
  Model model(encoder_decoder(), naive(), {2, 3, 4}, Exec{}, InitialStates::carried);
  model.run(run.io);
  EXPECT_EQ(run.output, expected_run(given).output);
  EXPECT_EQ(run.value, expected_run(given).value);
  EXPECT_EQ(ended, expected_run(given).h) << "which the decoder starts from, too";
  run.io.initial[1].h = given;
  EXPECT_THAT(refusal_of([&] { model.run(run.io); }),
              HasSubstr("layer \"decoder\" starts from states that the model gives it: it takes no others"));
  KeptStates kept(encoder_decoder(), 2);
  EXPECT_TRUE(kept.initial_rows(0, 2)[0].h);
  EXPECT_FALSE(kept.initial_rows(0, 2)[1].h);
}

TEST(ModelStates, OfMaskedStepsAreThoseOfTheLastThatCounts) {
  ModelSpec model = encoder_decoder();
  model.nodes.push_back({"masking", MaskingSpec{0}, {"source"}, {}});
  model.nodes[2].inputs = {"masking"};
  const ModelGraph graph = resolve(model);
  EXPECT_TRUE(graph.masked[7]);
  EXPECT_FALSE(graph.masked[3]) << "no mask goes through a state";
  DecoderRun whole, padded;
  std::fill(padded.source.begin() + 2 * 4, padded.source.begin() + 3 * 4, 0.0F);  // the last step of a sample
  std::fill(padded.source.begin() + 5 * 4, padded.source.end(), 0.0F);
  Model(model, naive(), {2, 3, 4}, Exec{}).run(padded.io);
  whole.io.inputs[0].dims[1] = 2;
  ModelSpec shorter = encoder_decoder();
  shorter.nodes[0].kind = InputSpec{2, 4};
  Model(shorter, naive(), {2, 2, 4}, Exec{}).run(whole.io);
  EXPECT_EQ(padded.output, whole.output);
  EXPECT_EQ(padded.value, whole.value);
}

TEST(ModelStates, StartALayerOfMaskedSteps) {
  ModelSpec model = encoder_decoder();
  model.nodes.push_back({"masking", MaskingSpec{0}, {"target"}, {}});
  model.nodes[3].inputs[0] = "masking";
  const ModelGraph graph = resolve(model);
  EXPECT_TRUE(graph.masked[3]);
  EXPECT_FALSE(graph.masked[2]);
}

TEST(ModelStates, AreRefusedWhereTheyDoNotFit) {
  const auto refused = [](const auto& change) {
    ModelSpec model = encoder_decoder();
    change(model);
    return refusal_of([&] { resolve(model); });
  };
  EXPECT_THAT(refused([](ModelSpec& model) { model.nodes[3].inputs.pop_back(); }),
              HasSubstr("layer \"decoder\": has 2 inputs: it takes 1, or 3 with what it starts from"));
  EXPECT_THAT(refused([](ModelSpec& model) { model.nodes[3].inputs[2] = "target"; }),
              HasSubstr("layer \"decoder\": starts from \"target\", which returns (batch, 6, 2): accepted is "
                        "(batch, 5)"));
  EXPECT_THAT(
      refused([](ModelSpec& model) { model.nodes[4].inputs = {"source"}; }),
      HasSubstr("layer \"encoder:h\": is a state of \"source\": accepted is one of a recurrent layer"));
  EXPECT_THAT(refused([](ModelSpec& model) {
                std::get<RecurrentSpec>(model.nodes[2].kind).cell = Cell::gru;
                model.nodes[2].weights =
                    node_for_test("encoder", *layer_of(model.nodes[2]), "source", 4).weights;
              }),
              HasSubstr("layer \"encoder:c\": is the state c of \"encoder\", a gru: accepted is h"));
  EXPECT_THAT(refused([](ModelSpec& model) { model.nodes[4].inputs = {"decoder"}; }),
              HasSubstr("reads from itself through a cycle"));
}

TEST(ModelStates, HaveTargetsOfVectors) {
  ModelSpec model = encoder_decoder();
  model.outputs[1] = "encoder:h";
  model.nodes.erase(model.nodes.begin() + 6);
  const std::vector<std::int64_t> fits{2, 5}, steps{2, 3, 5};
  EXPECT_NO_THROW(check_target(model, fits, 1));
  EXPECT_THAT(refusal_of([&] { check_target(model, steps, 1); }),
              HasSubstr("encoder:h is the state after the last step; give one target per sample"));
}

TEST(ModelStates, StartNoStream) {
  ModelSpec model = encoder_decoder();
  model.nodes[1].kind = InputSpec{3, 2};
  EXPECT_EQ(why_not_in_steps(model),
            "layer \"decoder\" starts each run from \"encoder:h\", and not where the one before ended");
}

TEST(ModelStates, ShowWhereTheyLead) {
  const std::string text = summary(encoder_decoder(), 112);
  EXPECT_THAT(text, HasSubstr("encoder[0][1]"));
  EXPECT_THAT(text, HasSubstr("encoder[0][2]"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("encoder:h")));
}

}  // namespace
}  // namespace lockstep
