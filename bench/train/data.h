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
  std::filesystem::path x;
  std::vector<std::filesystem::path> y;
};

/// Samples, all of [samples, time_steps, features]: one time step of a target of what is no sequence, one
/// feature of the sparse loss's.
struct TrainingData {
  Array<float> input;
  std::vector<Array<float>> targets;  // one per output of the model
  std::int64_t samples() const { return input.dims[0]; }
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
