#pragma once

#include <string>

#include "verify/command.h"

namespace lockstep {

/// lockstep summary: Keras' table of the model. A target, as in "1000,64,8", is checked against what the
/// model returns.
int summary_command(const std::string& model, const std::string& target);

struct RunRequest {
  std::string model;
  BackendRequest backends;
  bool states_given = false;  // else zero
  std::uint64_t seed = default_seed;
};

/// lockstep run: the model's outputs on its first batch, as numpy prints them, on each backend asked for.
int run_command(const RunRequest&);

}  // namespace lockstep
