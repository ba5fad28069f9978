#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "backends/trainer.h"
#include "cases/golden.h"

namespace lockstep {

/// A model in training by real Keras, as cases/golden/README.md describes its file.
struct GoldenTraining {
  std::string name;  // "seed:gru16-td" where it is a seed's model
  std::string why;
  ModelSpec model;  // with the weights before the first step
  TrainingSpec spec;
  struct Batch {
    std::int64_t begin = 0, size = 0;
  };
  std::vector<Batch> batches;  // of samples, taken in turn
  GoldenTensor input;
  GoldenTensors targets;                          // by output
  std::vector<double> losses;                     // of each step, before it
  GoldenTensors gradients;                        // at the first step, before clipping; may be absent
  std::map<std::int64_t, GoldenTensors> weights;  // after so many steps; both by "gru/kernel"
};

/// Throws as read_golden_vectors.
std::vector<GoldenTraining> read_golden_training(const std::filesystem::path&);

}  // namespace lockstep
