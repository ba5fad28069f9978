#pragma once

#include <string>

#include "verify/command.h"
#include "verify/run_file.h"

namespace lockstep {

/// lockstep summary: Keras' table of the model. A target, as in "1000,64,8", is checked against what the
/// model returns.
int summary_command(const std::string& model, const std::string& target);

struct RunRequest {
  std::string model;
  BackendRequest backends;
  bool states_given = false;  // else zero
  std::uint64_t seed = default_seed;
  RunFileRequest files;
};

/// lockstep run: the model's outputs on its first batch, as numpy prints them, on each backend asked for;
/// with an input file, run_file_command.
int run_command(const RunRequest&);

}  // namespace lockstep
