#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "backends/model_reference.h"
#include "cases/golden_for_test.h"
#include "cases/golden_json.h"
#include "cases/model_file.h"
#include "cases/model_given.h"
#include "cases/model_inputs.h"
#include "verify/model_check.h"
#include "verify/modules_for_test.h"

namespace lockstep {

/// A file of the golden ones, and what the program that wrote it answers to its inputs, in double.
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

/// What the model is given, in its order.
inline std::vector<const GoldenTensor*> inputs_of(const GoldenModelFile& golden) {
  if (golden.given.size() == 1) return {&golden.given.at("input")};
  std::vector<const GoldenTensor*> inputs;
  for (std::size_t i = 0; i < golden.given.size(); ++i)
    inputs.push_back(&golden.given.at(fmt::format("input_{}", i)));
  return inputs;
}
inline std::vector<std::array<std::int64_t, 3>> input_dims_of(const GoldenModelFile& golden) {
  std::vector<std::array<std::int64_t, 3>> all;
  for (const GoldenTensor* input : inputs_of(golden))
    all.push_back(
        {input->shape.front(), input->shape.size() == 3 ? input->shape[1] : 1, input->shape.back()});
  return all;
}
/// The model, for the lengths of what it is given.
inline ModelSpec model_for(const ModelSpec& model, const GoldenModelFile& golden) {
  const auto dims = input_dims_of(golden);
  return have_own_lengths(model, dims) ? with_lengths(model, dims) : model;
}

/// That the oracle answers what is expected.
inline void expect_oracle_agrees(const ModelSpec& in_file, const GoldenModelFile& golden) {
  const ModelSpec model = model_for(in_file, golden);
  const auto dims = input_dims_of(golden);
  const Shape shape = shape_of_inputs(model, dims);
  const ModelAsked<double> asked(model, shape, Layout::batch_major);
  BasicModelIo<double> io;
  for (std::size_t i = 0; i < dims.size(); ++i)
    io.inputs.push_back(sequence_view(inputs_of(golden)[i]->values.data(), dims[i], Layout::batch_major));
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
  std::vector<Array<float>> inputs;
  for (const GoldenTensor* input : inputs_of(golden))
    inputs.push_back({input->shape, {input->values.begin(), input->values.end()}});
  Seed seed;
  seed.name = golden.file;
  seed.model = model_for(model, golden);
  seed.input = shape_of_inputs(seed.model, input_dims_of(golden));
  seed.batch = seed.input.batch;
  int passed = 0;
  for (const Finding& finding : check_given(loaded_backends(), seed, given_inputs(inputs), 1)) {
    EXPECT_NE(finding.verdict, Verdict::fail) << golden.file << " on " << finding.backend << finding.reason;
    if (finding.verdict == Verdict::pass) ++passed;
  }
  EXPECT_GE(passed, 3) << golden.file;
}

}  // namespace lockstep
