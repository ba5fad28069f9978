#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "backends/spec.h"

namespace lockstep {

/// Numbers made by real Keras, as cases/golden/README.md describes their files.
struct GoldenTensor {
  std::vector<std::int64_t> shape;
  std::vector<double> values;   // row-major
  bool last_step_only = false;  // `values` are those of the first sample's last step, not of all the shape
};
using GoldenTensors = std::map<std::string, GoldenTensor, std::less<>>;

struct GoldenVector {
  Problem problem;
  std::string why;
  GoldenTensors given, expected;
};
struct GoldenModel {
  std::string seed_name;
  std::string why, summary;
  GoldenTensors weights;  // "lstm/kernel"
  GoldenTensors given;
  GoldenTensors expected;  // by output
};

/// Throw std::invalid_argument naming the file and what is wrong: not there, no JSON, nothing in it, a tensor
/// whose values do not fill its shape.
std::vector<GoldenVector> read_golden_vectors(const std::filesystem::path&);
std::vector<GoldenModel> read_golden_models(const std::filesystem::path&);

}  // namespace lockstep
