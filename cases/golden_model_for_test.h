#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "backends/model_reference.h"
#include "cases/golden_for_test.h"
#include "cases/golden_json.h"
#include "cases/model_file.h"
#include "cases/model_given.h"
#include "verify/model_check.h"
#include "verify/modules_for_test.h"

namespace lockstep {

/// A file of the golden ones, and what the program that wrote it answers to an input, in double.
struct GoldenModelFile {
  std::string file, why;
  GoldenTensors given, expected;
};
inline GoldenModelFile golden_model_file(const nlohmann::json& node) {
  return {node.at("file"), node.at("why"), golden::read_tensors(node.at("given")),
          golden::read_tensors(node.at("expected"))};
}

inline double largest_of(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

inline Array<float> input_of(const GoldenModelFile& golden) {
  const GoldenTensor& tensor = golden.given.at("input");
  return {tensor.shape, {tensor.values.begin(), tensor.values.end()}};
}

/// That the oracle answers what is expected.
inline void expect_oracle_agrees(const ModelSpec& model, const GoldenModelFile& golden) {
  const GoldenTensor& input = golden.given.at("input");
  const Shape shape{input.shape.at(0), input.shape.at(1), input.shape.at(2)};
  const ModelAsked<double> asked(model, shape, Layout::batch_major);
  BasicModelIo<double> io;
  io.input = sequence_view(input.values.data(), {shape.batch, shape.time_steps, shape.features},
                           Layout::batch_major);
  io.outputs = asked.views();
  run_reference(model, io);
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

/// That every backend which computes the model answers what the oracle does, and that most do.
inline void expect_backends_agree(const ModelSpec& model, const GoldenModelFile& golden) {
  const Array<float> input = input_of(golden);
  Seed seed;
  seed.name = golden.file;
  seed.model = model;
  seed.input = {input.dims.at(0), input.dims.at(1), input.dims.at(2)};
  seed.batch = seed.input.batch;
  int passed = 0;
  for (const Finding& finding : check_given(loaded_backends(), seed, given_input(input), 1)) {
    EXPECT_NE(finding.verdict, Verdict::fail) << golden.file << " on " << finding.backend << finding.reason;
    if (finding.verdict == Verdict::pass) ++passed;
  }
  EXPECT_GE(passed, 3) << golden.file;
}

}  // namespace lockstep
