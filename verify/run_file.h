#pragma once

#include <filesystem>
#include <vector>

#include "cases/array.h"
#include "cases/seeds.h"
#include "verify/command.h"

namespace lockstep {

/// lockstep run on a person's own input.
struct RunFileRequest {
  std::filesystem::path input;   // .npy
  std::filesystem::path output;  // .npy or .npz; empty: printed
  int threads = 1;
  bool check = false;  // every backend against the oracle on this input
};

/// What a model answers on a backend to inputs of [samples, time_steps, features], a batch of Seed::batch at
/// a time: one array per output, of its shape in Keras.
std::vector<Array<float>> answers(const Backend&, const Seed&, const Array<float>& input, int threads);

/// Writes or prints the outputs on the first backend that computes the model, which is named on stderr; of
/// more outputs than one the second is y.1.npy beside y.npy, or all are in y.npz by their names. Returns the
/// exit code (verify/exit_code.h): exit_failed where a check failed, and then nothing is written.
int run_file_command(const RunFileRequest&, const BackendRequest&, const Seed&);

}  // namespace lockstep
