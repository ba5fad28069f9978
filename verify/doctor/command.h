#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cases/case.h"

namespace lockstep {

struct DoctorRequest {
  std::string model;
  std::filesystem::path config;     // of a .weights.h5; empty: the config.json beside it
  std::vector<std::string> inputs;  // of one call: cases/model_inputs.h
  std::filesystem::path expect;
  std::uint64_t seed = default_seed;  // of a seed's weights
};

/// lockstep doctor: which convention makes a model and the answer of some other program agree. Returns
/// exit_held where they agree as it is, exit_failed where they differ, explained or not, and exit_no_verdict
/// where rounding alone moves the answer too far.
int doctor_command(const DoctorRequest&);

/// What the exit status says, for --help.
extern const char* const doctor_exit_status;

}  // namespace lockstep
