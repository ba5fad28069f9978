#pragma once

#include <filesystem>
#include <vector>

#include "backends/kept_states.h"
#include "cases/array.h"
#include "cases/seeds.h"
#include "verify/command.h"

namespace lockstep {

/// How the answer of each backend compares with the oracle's: a row per finding.
reports::Table check_table(const std::vector<Finding>&);

/// lockstep run on a person's own input.
struct RunFileRequest {
  std::vector<std::filesystem::path> inputs;   // .npy: one, or with `stateful` more
  std::vector<std::filesystem::path> outputs;  // .npy or .npz, one per input; none: printed
  int threads = 1;
  bool check = false;     // every backend against the oracle on this input
  bool stateful = false;  // runs on the inputs in turn, each from the states that the one before it ended in
};

/// Whether a backend computes a model; if not, why is told on stderr.
bool computes(const Backend&, const Seed&, const Shape&, int threads, InitialStates);

/// What a model answers on a backend to inputs of [samples, time_steps, features], a batch of Seed::batch at
/// a time: one array per output, of its shape in Keras. From zero states, or with `kept` from those, which
/// advance.
std::vector<Array<float>> answers(const Backend&, const Seed&, const Array<float>& input, int threads,
                                  KeptStates* kept = nullptr);

/// Writes or prints the outputs on the first backend that computes the model, which is named on stderr; of
/// more outputs than one the second is y.1.npy beside y.npy, or all are in y.npz by their names. Returns the
/// exit code, of outcome_of the backends that were checked, or the one that computes; where it is not
/// exit_held, nothing is written.
int run_file_command(const RunFileRequest&, const BackendRequest&, const Seed&);

}  // namespace lockstep
