#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "verify/command.h"

namespace lockstep {

struct StudyRequest {
  std::string model;
  std::filesystem::path config;            // of a .weights.h5; empty: the config.json beside it
  std::string batch, time_steps, threads;  // lists of cases/expand.h; empty: plan_study's
  std::uint64_t seed = default_seed;
  BackendRequest backends;
  std::vector<std::filesystem::path> outs;  // .json: the results; others: the report
  std::string command;
};

/// lockstep study: everything about one model. Prints its layers, whether every backend computes it equally,
/// what is fastest at which sequence length, and how long one step takes; writes the report, and returns the
/// exit code.
int study_command(const StudyRequest&);

}  // namespace lockstep
