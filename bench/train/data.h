#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "backends/loss.h"
#include "cases/array.h"
#include "cases/seeds.h"

namespace lockstep {

/// Where the samples come from: inputs and the targets of each output, or neither for random data.
struct DataFiles {
  std::vector<std::string> x;  // cases/model_inputs.h, of one call
  std::vector<std::filesystem::path> y;
};

/// Samples, all of [samples, time_steps, features]: one time step of what is no sequence, one feature of a
/// target of the sparse loss.
struct TrainingData {
  std::vector<Array<float>> inputs;   // one per input of the model
  std::vector<Array<float>> targets;  // one per output
  std::int64_t samples() const { return inputs.front().dims[0]; }
  /// Of a run of the model on so many of them.
  Shape shape(const ModelSpec&, std::int64_t batch) const;
};

/// Reads what is given, or makes it. Throws std::invalid_argument, one line: a file that is no array, a shape
/// that the model does not take or cannot return, other numbers of samples, a class that is none, inputs
/// without targets, targets without inputs.
///
/// Random inputs are those of cases/model_given.h, of as many samples as the seed has. Targets are functions
/// of (seed, sample, time step, feature) alone, alike for all outputs: random classes for crossentropies,
/// numbers from 0 to 1 for the binary one, else from -1 to 1.
TrainingData load_data(const Seed& model, Loss, const DataFiles&, std::uint64_t seed);

}  // namespace lockstep
