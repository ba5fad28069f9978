#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "cases/seeds.h"
#include "verify/command.h"
#include "verify/state_files.h"

namespace lockstep {

/// How the answer of each backend compares with the oracle's: a row per finding.
reports::Table check_table(const std::vector<Finding>&);

/// lockstep run on a person's own inputs.
struct RunFileRequest {
  std::vector<std::string> inputs;             // cases/model_inputs.h: of a call, or with `stateful` of more
  std::vector<std::filesystem::path> outputs;  // .npy or .npz, one per call; none: printed
  std::int64_t batch = 0;                      // samples of one call; 0: as many as the model says
  int threads = 1;
  StateFiles states;
  bool check = false;     // every backend against the oracle on this input
  bool stateful = false;  // calls in turn, each from the states that the one before it ended in
};

/// Writes or prints the outputs on the first backend that computes the model or, if none computes all of it,
/// on the first that leaves some layers to the fallback; it is named on stderr. Samples are read, computed
/// and written a batch at a time. Of more outputs than one the second is y.1.npy beside y.npy, or all are in
/// y.npz by their names. Returns the exit code, of outcome_of the backends that were checked, or the one that
/// computes; where it is not exit_held, nothing is written.
int run_file_command(const RunFileRequest&, const BackendRequest&, const Seed&);

}  // namespace lockstep
