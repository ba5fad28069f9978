#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/refusal_for_test.h"
#include "backends/summary.h"
#include "cases/golden_model_for_test.h"
#include "cases/keras/read_keras.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// With the summary that real Keras prints of it.
struct KerasFile : GoldenModelFile {
  std::string summary;
};

KerasFile read_file(const nlohmann::json& node) {
  return {golden_model_file(node), node.at("summary")};
}
struct Refused {
  std::string file, why;
};
Refused read_refused(const nlohmann::json& node) {
  return {node.at("file"), node.at("why")};
}

const std::vector<KerasFile>& files() {
  static const std::vector<KerasFile> all = [] {
    std::vector<KerasFile> read;
    for (const char* made_by : {"keras-3.json", "keras-2.15.json", "keras-2.13.json", "keras-2.12.json"})
      for (KerasFile& one : golden::read(keras_file_for_test(made_by), "files", read_file))
        read.push_back(std::move(one));
    return read;
  }();
  return all;
}

TEST(KerasFiles, AreReadWithTheSummaryThatKerasPrints) {
  EXPECT_GE(files().size(), 100U);
  for (const KerasFile& golden : files()) {
    const ModelFile file = read_keras(keras_file_for_test(golden.file));
    if (!golden.summary.empty()) {
      EXPECT_EQ(summary(file.model), golden.summary) << golden.file;
    }
  }
}

TEST(KerasFiles, OracleAgreesWithKeras) {
  for (const KerasFile& golden : files())
    expect_oracle_agrees(read_keras(keras_file_for_test(golden.file)).model, golden);
}

TEST(KerasFiles, EveryBackendAgreesWithTheOracle) {
  for (const KerasFile& golden : files())
    expect_backends_agree(read_keras(keras_file_for_test(golden.file)).model, golden);
}

TEST(KerasFiles, AreReadWithNotices) {
  EXPECT_THAT(read_keras(keras_file_for_test("lstms.keras")).notices, IsEmpty());
  EXPECT_THAT(read_keras(keras_file_for_test("lstms.keras")).not_trained, IsEmpty());
  EXPECT_THAT(read_keras(keras_file_for_test("stateful.keras")).notices, Contains(HasSubstr("is stateful")));
  EXPECT_THAT(read_keras(keras_file_for_test("stateful.keras")).not_trained,
              Contains(HasSubstr("is stateful")));
  for (const char* dtype : {"float16", "bfloat16", "float64"})
    EXPECT_THAT(read_keras(keras_file_for_test(fmt::format("{}.keras", dtype))).notices,
                Contains(HasSubstr(fmt::format("weights of {}", dtype))));
  EXPECT_THAT(read_keras(keras_file_for_test("mixed_float16.keras")).notices,
              Contains(HasSubstr("is mixed_float16")));
  EXPECT_THAT(read_keras(keras_file_for_test("options.keras")).not_trained,
              Contains(HasSubstr("recurrent_dropout is 0.2")));
  EXPECT_THAT(read_keras(keras_file_for_test("shared.keras")).not_trained,
              Contains(HasSubstr("layer \"twice\": is called 2 times")));
  EXPECT_THAT(
      read_keras(keras_file_for_test("bidirectional_half.keras")).not_trained,
      Contains("layer \"first/backward_layer\": leads to no output: accepted in training is one that does"));
  EXPECT_THAT(read_keras(keras_file_for_test("masking.keras")).not_trained,
              Contains(HasSubstr("masks steps")));
}

TEST(KerasFiles, SayWhichKerasSavedThem) {
  const auto about = [](const char* file) { return read_keras(keras_file_for_test(file)).about; };
  using testing::ElementsAre;
  EXPECT_THAT(about("lstms.keras"), ElementsAre("Saved by: Keras 3.15.1", "Weights in the file: float32"));
  EXPECT_THAT(about("lstms.h5"), ElementsAre("Saved by: Keras 3.15.1", "Weights in the file: float32"));
  EXPECT_THAT(about("keras-2.12-lstms.keras"),
              ElementsAre("Saved by: Keras 2.12.0", "Weights in the file: float32"));
  EXPECT_THAT(about("keras-2.15-grus.h5"),
              ElementsAre("Saved by: Keras 2.15.0", "Weights in the file: float32"));
  EXPECT_THAT(about("float16.keras"), ElementsAre("Saved by: Keras 3.15.1", "Weights in the file: float16"));
}

TEST(KerasFiles, HaveTheInputsInKerasOrder) {
  const auto inputs = [](const char* file) { return read_keras(keras_file_for_test(file)).model.inputs; };
  using testing::ElementsAre;
  EXPECT_THAT(inputs("other_order.keras"), ElementsAre("third", "second", "first"));
  EXPECT_THAT(inputs("other_order.h5"), ElementsAre("third", "second", "first"));
  EXPECT_THAT(inputs("keras-2.15-other_order.h5"), ElementsAre("third", "second", "first"));
  EXPECT_THAT(inputs("inputs_by_name.keras"), ElementsAre("question", "story")) << "a dict";
  EXPECT_THAT(inputs("lstms.keras"), IsEmpty()) << "a Sequential";
}

TEST(KerasFiles, HaveStatesAsOutputs) {
  const auto outputs = [](const char* file) { return read_keras(keras_file_for_test(file)).model.outputs; };
  using testing::ElementsAre;
  EXPECT_THAT(outputs("decoder_alone.keras"), ElementsAre("dense", "decoder:h", "decoder:c"));
  EXPECT_THAT(outputs("seq2seq_models.keras"), ElementsAre("dense", "decoder/call_2/memory:c"));
}

std::string refusal_of_file(const std::string& file) {
  return refusal_of([&] { read_keras(keras_file_for_test(file)); });
}

TEST(KerasFiles, AreRefusedByTheNameOfTheLayer) {
  for (const char* made_by : {"keras-3.json", "keras-2.15.json"})
    for (const Refused& one : golden::read(keras_file_for_test(made_by), "refused", read_refused))
      EXPECT_THAT(refusal_of_file(one.file), HasSubstr("accepted")) << one.why;
  EXPECT_THAT(refusal_of_file("masked_by_another.keras"), HasSubstr("layer \"told\": its mask is"));
  EXPECT_THAT(refusal_of_file("masked_in_part.keras"),
              HasSubstr("layer \"partly\": its mask is what \"any_1\" returns: accepted is the mask of one"));
  EXPECT_THAT(refusal_of_file("masked_apart.keras"), HasSubstr("layer \"either\": its mask is what"));
  EXPECT_THAT(refusal_of_file("masked_softmax.keras"), HasSubstr("layer \"of_mask\": reads masked steps"));
  EXPECT_THAT(refusal_of_file("masked_twice.keras"),
              HasSubstr("layer \"again\": masks what \"dense\" returns"));
  EXPECT_THAT(refusal_of_file("subtracted.keras"),
              HasSubstr("layer \"difference\" is of the class \"Subtract\": accepted are"));
  EXPECT_THAT(
      refusal_of_file("stacked_once.keras"),
      HasSubstr("layer \"same/cell_1\": its kernel: there is no \"layers/rnn/cell/cells/lstm_cell_1"));
  EXPECT_THAT(refusal_of_file("shared_stateful.keras"),
              AllOf(HasSubstr("layer \"memory\": inbound_nodes is"),
                    HasSubstr("one call of a layer that is stateful")));
  EXPECT_THAT(refusal_of_file("seq2seq_target_masked.keras"),
              HasSubstr("layer \"decoder\": reads masked steps and starts from given states"));
  EXPECT_THAT(refusal_of_file("seq2seq_model_masked.keras"),
              HasSubstr("layer \"decoder/memory\": reads masked steps and starts from given states"));
  EXPECT_THAT(refusal_of_file("keras-2.15-stateful_decoder.keras"),
              HasSubstr("layer \"decoder\": is stateful and starts from given states"));
  EXPECT_THAT(refusal_of_file("keras-2.15-inner_length.keras"),
              HasSubstr("layer \"inner/words\": is given what \"readings\" returns, (batch, 7, 3)"));
  EXPECT_THAT(refusal_of_file("quantized.keras"), HasSubstr("layer \"small\": "));
  EXPECT_THAT(refusal_of_file("keras-2.15-hard_sigmoid.keras"),
              HasSubstr("the Keras 2 that wrote this file"));
}

}  // namespace
}  // namespace lockstep
