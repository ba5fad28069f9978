#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/model.h"
#include "backends/model_reference.h"
#include "backends/refusal_for_test.h"
#include "backends/summary.h"
#include "cases/golden_for_test.h"
#include "cases/golden_json.h"
#include "cases/keras/read_keras.h"
#include "verify/model_check.h"
#include "verify/modules_for_test.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A file that real Keras saved, and what it answers to an input in double.
struct KerasFile {
  std::string file, why, summary;
  GoldenTensors given, expected;
};

KerasFile read_file(const nlohmann::json& node) {
  return {node.at("file"), node.at("why"), node.at("summary"), golden::read_tensors(node.at("given")),
          golden::read_tensors(node.at("expected"))};
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

double largest_of(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

/// The model of a file, and its input.
struct GoldenInput {
  explicit GoldenInput(const KerasFile& golden) : file(read_keras(keras_file_for_test(golden.file))) {
    const GoldenTensor& tensor = golden.given.at("input");
    input = {tensor.shape, {tensor.values.begin(), tensor.values.end()}};
    shape = {input.dims.at(0), input.dims.at(1), input.dims.at(2)};
  }
  ModelFile file;
  Array<float> input;
  Shape shape;
};

TEST(KerasFiles, AreReadWithTheSummaryThatKerasPrints) {
  EXPECT_GE(files().size(), 45U);
  for (const KerasFile& golden : files()) {
    const ModelFile file = read_keras(keras_file_for_test(golden.file));
    if (!golden.summary.empty()) {
      EXPECT_EQ(summary(file.model), golden.summary) << golden.file;
    }
  }
}

TEST(KerasFiles, OracleAgreesWithKeras) {
  for (const KerasFile& golden : files()) {
    const GoldenInput run(golden);
    const std::vector<double> wide(run.input.values.begin(), run.input.values.end());
    const ModelAsked<double> asked(run.file.model, run.shape, Layout::batch_major);
    BasicModelIo<double> io;
    io.input = sequence_view(wide.data(), {run.shape.batch, run.shape.time_steps, run.shape.features},
                             Layout::batch_major);
    io.outputs = asked.views();
    run_reference(run.file.model, io);
    ASSERT_EQ(asked.outputs.size(), golden.expected.size()) << golden.file;
    for (std::size_t i = 0; i < asked.outputs.size(); ++i) {
      const GoldenTensor& expected = golden.expected.at(fmt::format("output_{}", i));
      ASSERT_EQ(static_cast<std::size_t>(asked.outputs[i].size()), expected.values.size()) << golden.file;
      double largest = 0;
      for (std::size_t j = 0; j < expected.values.size(); ++j)
        largest =
            std::max(largest, std::abs(asked.outputs[i][static_cast<std::int64_t>(j)] - expected.values[j]));
      EXPECT_LE(largest, double_bound) << golden.file << ", output " << i;
      EXPECT_GE(largest_of(expected.values), 0.01) << golden.file << ": an output of zeros tells nothing";
    }
  }
}

TEST(KerasFiles, EveryBackendAgreesWithTheOracle) {
  for (const KerasFile& golden : files()) {
    GoldenInput run(golden);
    Seed seed;
    seed.name = golden.file;
    seed.model = std::move(run.file.model);
    seed.input = run.shape;
    seed.batch = run.shape.batch;
    int passed = 0;
    for (const Finding& finding : check_given(loaded_backends(), seed, given_input(run.input), 1)) {
      EXPECT_NE(finding.verdict, Verdict::fail) << golden.file << " on " << finding.backend << finding.reason;
      if (finding.verdict == Verdict::pass) ++passed;
    }
    EXPECT_GE(passed, 3) << golden.file;
  }
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
  EXPECT_THAT(read_keras(keras_file_for_test("masking.keras")).not_trained,
              Contains(HasSubstr("masks steps")));
}

std::string refusal_of_file(const std::string& file) {
  return refusal_of([&] { read_keras(keras_file_for_test(file)); });
}

TEST(KerasFiles, AreRefusedByTheNameOfTheLayer) {
  for (const char* made_by : {"keras-3.json", "keras-2.15.json"})
    for (const Refused& one : golden::read(keras_file_for_test(made_by), "refused", read_refused))
      EXPECT_THAT(refusal_of_file(one.file), HasSubstr("accepted")) << one.why;
  EXPECT_THAT(refusal_of_file("masked_by_another.keras"), HasSubstr("layer \"told\": its mask is"));
  EXPECT_THAT(refusal_of_file("masked_softmax.keras"), HasSubstr("layer \"of_mask\": reads masked steps"));
  EXPECT_THAT(refusal_of_file("masked_twice.keras"),
              HasSubstr("layer \"again\": masks what \"dense\" returns"));
  EXPECT_THAT(refusal_of_file("bidirectional_states.keras"),
              AllOf(HasSubstr("layer \"of_state\": inbound_nodes is"), HasSubstr("that merges none")));
  EXPECT_THAT(refusal_of_file("subtracted.keras"),
              HasSubstr("layer \"difference\" is of the class \"Subtract\": accepted are"));
  EXPECT_THAT(refusal_of_file("shared.keras"), HasSubstr("layer \"twice\": inbound_nodes is"));
  EXPECT_THAT(refusal_of_file("states.keras"), HasSubstr("and no state"));
  EXPECT_THAT(refusal_of_file("quantized.keras"), HasSubstr("layer \"small\": "));
  EXPECT_THAT(refusal_of_file("keras-2.15-hard_sigmoid.keras"),
              HasSubstr("the Keras 2 that wrote this file"));
}

}  // namespace
}  // namespace lockstep
