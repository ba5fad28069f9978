#pragma once

#include <filesystem>
#include <string>

#include "verify/command.h"
#include "verify/run_file.h"

namespace lockstep {

/// Prints Keras' table of a model, as wide as the terminal has it.
void print_summary(const ModelSpec&);

/// lockstep summary: Keras' table of the model; `config` is that of weights alone. A target, as in
/// "1000,64,8", is checked against what the model returns.
int summary_command(const std::string& model, const std::filesystem::path& config, const std::string& target);

struct RunRequest {
  std::string model;
  std::filesystem::path config;  // of a .weights.h5; empty: the config.json beside it
  BackendRequest backends;
  bool states_given = false;  // else zero
  std::uint64_t seed = default_seed;
  RunFileRequest files;
};

/// lockstep run: the model's outputs on its first batch, as numpy prints them, on each backend asked for;
/// with an input file, run_file_command.
int run_command(const RunRequest&);

}  // namespace lockstep
